"""The stream blocks that home and plain pages are built from. Each has a template in ``templates/blocks/``."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageBlock

from courses.outline import CourseCard, cards_of, courses_with_pictures
from website.figures import worth_showing

ILLUSTRATIONS = [
    ("hearth", _("A light in a window at home")),
    ("filming", _("A phone on a stack of books, filming")),
    ("window", _("A window and soft light")),
    ("lesson", _("A lesson on a phone")),
    ("feedback", _("A video with notes beside it")),
    ("audience", _("A door open to the street")),
    ("statement", _("A page of figures and a cup")),
]

NEWEST = 3
RICH_TEXT_FEATURES = ["bold", "italic", "h2", "h3", "ol", "ul", "hr", "link", "document-link"]


class IllustrationBlock(blocks.ChoiceBlock):
    """One of the drawings in ``templates/components/art/``. They decorate, so screen readers pass them by."""

    choices = ILLUSTRATIONS

    class Meta:
        label = _("Drawing")
        icon = "image"


class LinkValue(blocks.StructValue):
    """Where a link leads."""

    @property
    def href(self) -> str:
        """The address of the chosen page, else the address that was typed; empty if the page is gone."""
        page = self.get("page")
        if page is not None:
            return page.url or ""
        return self.get("address") or ""


class LinkBlock(blocks.StructBlock):
    """Words that lead to a page of this site or to an address on it."""

    label = blocks.CharBlock(label=_("Words on the link"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(
        label=_("or address"),
        required=False,
        max_length=200,
        help_text=_("Starts with / for a place on this site, for example /accounts/signup/."),
        validators=[RegexValidator(r"^(/(?!/)|#|https://|mailto:)", _("Start with /, # or https://."))],
    )

    class Meta:
        value_class = LinkValue
        icon = "link"
        label = _("Link")

    def clean(self, value: Mapping[str, Any]) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not cleaned["page"] and not cleaned["address"]:
            raise StructBlockValidationError({"address": ValidationError(_("Choose a page or write an address."))})
        return cleaned


class HeroBlock(blocks.StructBlock):
    """What this is and the first thing she can do; the heading of the page."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)
    text = blocks.TextBlock(label=_("Text"), max_length=320)
    illustration = IllustrationBlock(default="hearth")
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), min_num=0, max_num=2, default=[])
    small_print = blocks.CharBlock(label=_("Small line under the links"), required=False, max_length=160)

    class Meta:
        template = "blocks/hero.html"
        icon = "home"
        label = _("Lead")


class StepBlock(blocks.StructBlock):
    """One of the three steps."""

    title = blocks.CharBlock(label=_("Heading"), max_length=60)
    text = blocks.TextBlock(label=_("Text"), max_length=240)
    illustration = IllustrationBlock(required=False)

    class Meta:
        icon = "list-ol"
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    """How it works, in three steps."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=3, max_num=3)

    class Meta:
        template = "blocks/steps.html"
        icon = "list-ol"
        label = _("Three steps")


class CoursesBlock(blocks.StructBlock):
    """A few courses to start with; when none is chosen, the newest in the reader's language."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=240)
    courses = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="courses.CoursePage"),
        label=_("Courses"),
        max_num=6,
        default=[],
        help_text=_("Leave empty to show the newest courses."),
    )

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add ``cards``: of the courses chosen, in the reader's language, else of the newest."""
        context = super().get_context(value, parent_context=parent_context)
        context["cards"] = self._cards([page.translation_key for page in value["courses"] if page])
        return context

    def _cards(self, keys: list[uuid.UUID]) -> list[CourseCard]:
        courses = courses_with_pictures().filter(locale__language_code=get_language())
        if keys:
            chosen = sorted(courses.filter(translation_key__in=keys), key=lambda course: keys.index(course.course_key))
            if chosen:
                return cards_of(chosen)
        return cards_of(courses.order_by("-first_published_at", "path")[:NEWEST])

    class Meta:
        template = "blocks/courses.html"
        icon = "form"
        label = _("Courses")


class FiguresBlock(blocks.StructBlock):
    """Figures counted from the rows of the site; nothing at all while they are small."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add ``figures``: a list of (number, words)."""
        return super().get_context(value, parent_context=parent_context) | {"figures": worth_showing()}

    class Meta:
        template = "blocks/figures.html"
        icon = "order"
        label = _("Figures")


class StoryBlock(blocks.StructBlock):
    """Somebody's words. An invented person is always marked as an example."""

    quote = blocks.TextBlock(label=_("Her words"), max_length=500)
    name = blocks.CharBlock(label=_("Name"), max_length=80)
    about = blocks.CharBlock(label=_("About her"), required=False, max_length=120)
    is_example = blocks.BooleanBlock(
        label=_("An example, not a real person"),
        required=False,
        default=True,
        help_text=_("Take the mark away only when a real person said this and agreed to be shown."),
    )
    illustration = IllustrationBlock(required=False)

    class Meta:
        template = "blocks/story.html"
        icon = "openquote"
        label = _("Story")


class QuestionBlock(blocks.StructBlock):
    """One question with its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("Answer"), features=["bold", "italic", "ul", "ol", "link"])

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers; they open without a script."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1)

    class Meta:
        template = "blocks/questions.html"
        icon = "help"
        label = _("Questions and answers")


class CallBlock(blocks.StructBlock):
    """One thing to do next."""

    title = blocks.CharBlock(label=_("Heading"), max_length=90)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=240)
    link = LinkBlock()

    class Meta:
        template = "blocks/call.html"
        icon = "arrow-right-full"
        label = _("What to do next")


class PictureBlock(blocks.StructBlock):
    """A picture with its words for those who cannot see it."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        template = "blocks/picture.html"
        icon = "image"
        label = _("Picture")


class RichTextBlock(blocks.RichTextBlock):
    """Text with headings, lists and links."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        template = "blocks/rich_text.html"
        icon = "pilcrow"
        label = _("Text")


class PlainBlocks(blocks.StreamBlock):
    """What a plain page may hold."""

    rich_text = RichTextBlock()
    picture = PictureBlock()
    questions = QuestionsBlock()
    story = StoryBlock()
    call = CallBlock()


class HomeBlocks(PlainBlocks):
    """What the home page may hold."""

    hero = HeroBlock()
    steps = StepsBlock()
    courses = CoursesBlock()
    figures = FiguresBlock()

    class Meta:
        block_counts = {"hero": {"max_num": 1}}
