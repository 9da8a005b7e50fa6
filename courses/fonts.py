"""Fonts of the npm packages that ``make`` installs; no font lies in the repository."""

from pathlib import Path

from django.conf import settings


class FontsMissing(Exception):
    """A font package is not installed."""


def font_file(name: str, weight: int = 400) -> Path:
    """Return the file of a font, named by its package and its script: ``noto-serif-latin``.

    Raises FontsMissing, saying what to run.
    """
    packages = Path(settings.BASE_DIR) / "node_modules" / "@fontsource"
    found = next(packages.glob(f"*/files/{name}-{weight}-normal.woff"), None)
    if found is None:
        raise FontsMissing(f"The font {name} is missing. Run: npm ci --ignore-scripts")
    return found
