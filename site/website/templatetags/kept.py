"""Parts of a page that are the same for everybody: drawn once, then kept."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.translation import get_language

register = template.Library()

MOST = 500  # of one part; then it begins anew
PLAIN = (str, int, float, type(None))


class KeptNode(template.Node):
    """Draws what it contains from the given values alone, so nothing of one reader can be on it for the next."""

    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.kept: dict[tuple[object, ...], str] = {}

    def render(self, context: Context) -> str:
        values = {name: expression.resolve(context) for name, expression in self.values.items()}
        key = (get_language(), context.autoescape, *((type(value), value) for value in values.values()))
        drawn = self.kept.get(key)
        if drawn is None:
            drawn = self._draw(values, context)
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[key] = drawn
        return drawn

    def _draw(self, values: dict[str, object], context: Context) -> str:
        for name, value in values.items():
            if not isinstance(value, PLAIN):  # an hour looks different in her time zone, a row does not stay as it is
                raise TypeError(f"{name} is a {type(value).__name__}; what is kept is drawn from words and numbers.")
        alone = Context(values, autoescape=context.autoescape)
        with alone.bind_template(context.template):
            return self.nodelist.render(alone)


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to ``{% endkept %}``, once for each language and each set of values.

    ``{% kept minutes=view.minutes %}…{% endkept %}`` sees ``minutes`` and nothing else of the page: no request, no
    person. Values are words and numbers.
    """
    values = token_kwargs(token.split_contents()[1:], parser)
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values)
