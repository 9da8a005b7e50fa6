"""The promises of the design system: contrast, direction, weight, and nothing inline."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from website.blocks import ILLUSTRATIONS
from website.views.styleguide import COLOURS, DRAWINGS, ICONS

TEMPLATES = sorted(Path(settings.SITE_DIR, "templates").rglob("*.html"))
STATIC = Path(settings.SITE_DIR, "static")
SHEETS = sorted((STATIC / "css").glob("*.css"))
SITE_CSS = (STATIC / "css" / "site.css").read_text()

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


def themes() -> dict[str, dict[str, str]]:
    """Read the colour tokens of each theme from the sheet, dark both as the phone's wish and as her choice."""
    light, by_phone, chosen = re.findall(r":root[^{,]*\{(.*?)\n\s*\}", SITE_CSS, re.S)[:3]
    read = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, by_phone, chosen)]
    return {"light": read[0], "dark by phone": read[1], "dark by choice": read[2]}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours (WCAG 2.2, "relative luminance")."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark by phone"])
@pytest.mark.parametrize(("ground", "ink", "least"), PAIRS, ids=lambda value: str(value))
def test_words_can_be_read_in_both_themes(theme, ground, ink, least):
    colours = themes()[theme]
    assert contrast(colours[ground], colours[ink]) >= least


def test_dark_is_the_same_whether_the_phone_or_she_asked_for_it():
    found = themes()
    assert found["dark by phone"] == found["dark by choice"]
    assert set(found["dark by choice"]) == set(found["light"])


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
    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) <= defined


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
    drawn = set(re.findall(r'name == "([\w-]+)"', get_template("components/icon.html").template.source))
    asked = {
        name
        for template in TEMPLATES
        for name in re.findall(r'components/icon\.html"\s+with name="([\w-]+)"', template.read_text())
    }
    assert asked | set(ICONS) <= drawn


@pytest.mark.parametrize("name", sorted({name for name, _label in ILLUSTRATIONS} | set(DRAWINGS) | {"lamp"}))
def test_every_drawing_is_ours_small_and_in_the_colours_of_the_theme(name):
    source = get_template(f"components/art/{name}.html").template.source
    assert len(source.encode()) <= 6 * 1024
    assert 'aria-hidden="true"' in source
    assert not re.search(r"#[0-9a-f]{3,6}\b|href|<image", source)


def test_styles_and_script_leave_room_for_the_page():
    styles = sum(len(path.read_bytes()) for path in SHEETS)
    squeezed = sum(len(gzip.compress(path.read_bytes())) for path in SHEETS)
    assert styles <= 64 * 1024
    assert squeezed <= 14 * 1024
    assert len((STATIC / "js" / "site.js").read_bytes()) <= 4 * 1024


@pytest.mark.django_db
def test_the_style_guide_is_for_development_and_the_demo(client, settings):
    assert client.get("/styleguide/", follow=True).status_code == 404
    settings.DEMO = True
    turned = client.get("/styleguide/?dir=rtl&form=errors").content.decode()
    assert 'dir="rtl"' in turned
    assert "aria-invalid" in turned
    assert "data-summary" in turned
