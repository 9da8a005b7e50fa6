"""The promises of the design system: contrast, direction, weight, and nothing inline."""

import colorsys
import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from website.blocks import ILLUSTRATIONS
from website.icons import ICONS
from website.views.styleguide import COLOURS, DRAWINGS

TEMPLATES = sorted(Path(settings.SITE_DIR, "templates").rglob("*.html"))
STATIC = Path(settings.SITE_DIR, "static")
SHEETS = sorted((STATIC / "css").glob("*.css"))

# ground, what stands on it, the least ratio: 4.5 for words, 3 for the edge of a control
PAIRS = [
    *((ground, ink, 4.5) for ground, ink in COLOURS),
    *((ground, ink, 4.5) for ground in ("paper", "surface", "sunk") for ink in ("ink", "ink-soft", "accent", "danger")),
    *((ground, "ink", 4.5) for ground in ("tint", "success-tint", "warning-tint", "danger-tint", "info-tint")),
    ("accent-deep", "on-accent", 4.5),
    ("tint", "accent-deep", 4.5),
    ("paper", "edge", 3),
    ("surface", "edge", 3),
    ("line", "accent", 3),
]


def tokens(sheet: str) -> dict[str, str]:
    """Read the colours that ``sheet`` gives to names on the root."""
    root = re.search(r":root \{(.*?)\n  \}", (STATIC / "css" / sheet).read_text(), re.S)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root.group(1)))


THEMES = {"light": tokens("site.css"), "dark": tokens("dark.css")}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours (WCAG 2.2, "relative luminance")."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ground", "ink", "least"), PAIRS, ids=lambda value: str(value))
def test_words_can_be_read_in_both_themes(theme, ground, ink, least):
    colours = THEMES[theme]
    assert contrast(colours[ground], colours[ink]) >= least


def test_the_admin_wears_the_accent_of_the_site():
    sheet = (STATIC / "css" / "admin.css").read_text()
    hue, saturation, lightness = (
        float(re.search(rf"--w-color-secondary-{part}: ([\d.]+)", sheet).group(1))
        for part in ("hue", "saturation", "lightness")
    )
    shown = colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)
    accent = THEMES["light"]["accent"]
    assert [round(part * 255) for part in shown] == pytest.approx(
        [int(accent[i : i + 2], 16) for i in (1, 3, 5)], abs=1
    )


def test_dark_has_a_colour_for_every_name():
    assert set(THEMES["dark"]) == set(THEMES["light"])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_styles_know_no_left_and_no_right(sheet):
    physical = re.compile(
        r"(?:^|[\s;{])((?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom|width|height"
        r"|(?:min|max)-(?:width|height))\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    )
    rules = re.sub(r"/\*.*?\*/|@media[^{]*", "", sheet.read_text(), flags=re.S)
    assert physical.findall(rules) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_colour_and_size_that_is_used_is_defined(sheet):
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(path.read_text() for path in SHEETS)))
    without_another = re.findall(r"var\((--(?!w-)[\w-]+)\)", sheet.read_text())  # --w-… are the admin's own
    assert set(without_another) <= defined


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.SITE_DIR / "templates")))
def test_templates_hold_no_inline_style_and_no_inline_script(template):
    source = template.read_text()
    if template.parent.name == "email":
        return
    assert not re.search(r"\sstyle\s*=|<style[\s>]|\son[a-z]+\s*=\s*[\"']|javascript:", source)
    for attributes in re.findall(r"<script([^>]*)>", source):
        of_the_admin = "wagtailadmin" in template.parts and "csp_nonce" in attributes
        assert "src=" in attributes or 'type="application/' in attributes or of_the_admin


def test_every_icon_that_a_template_asks_for_is_drawn():
    asked = {
        name
        for template in TEMPLATES
        for name in re.findall(r'components/icon\.html"\s+with name="([\w-]+)"', template.read_text())
    }
    assert asked <= set(ICONS)


@pytest.mark.parametrize("name", sorted({name for name, _label in ILLUSTRATIONS} | set(DRAWINGS) | {"lamp"}))
def test_every_drawing_is_ours_small_and_in_the_colours_of_the_theme(name):
    source = get_template(f"components/art/{name}.html").template.source
    assert len(source.encode()) <= 6 * 1024
    assert 'aria-hidden="true"' in source
    assert not re.search(r"#[0-9a-f]{3,6}\b|href|<image", source)


def test_styles_and_script_leave_room_for_the_page():
    sheets = [(STATIC / "css" / name).read_bytes() for name in ("site.css", "dark.css", "app.css")]
    styles = sum(len(sheet) for sheet in sheets)
    squeezed = sum(len(gzip.compress(sheet)) for sheet in sheets)
    assert styles <= 66 * 1024
    assert squeezed <= 15 * 1024
    assert len((STATIC / "js" / "site.js").read_bytes()) <= 4 * 1024


@pytest.mark.django_db
def test_the_style_guide_is_for_development_and_the_demo(client, settings):
    assert client.get("/styleguide/", follow=True).status_code == 404
    settings.DEMO = True
    turned = client.get("/styleguide/?dir=rtl&form=errors").content.decode()
    assert 'dir="rtl"' in turned
    assert "aria-invalid" in turned
    assert "data-summary" in turned
