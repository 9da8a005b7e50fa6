"""Which addresses of other sites a rich text links to. Knows no Django."""

import re
from html import unescape

from courses.checking.asking import LONGEST

_HREF = re.compile(r'<a\b[^<>]*?\shref="(https?://[^"]+)"', re.IGNORECASE)  # as the editor writes it


def addresses_in(html: str) -> list[str]:
    """Return the addresses in ``html``, each once and without the place on its page; none that nobody could ask."""
    found = (unescape(raw).partition("#")[0] for raw in _HREF.findall(html))
    return list(dict.fromkeys(address for address in found if len(address) <= LONGEST))
