"""Which Chromium the tests drive."""

import os
import shutil

import pytest

WITH_WINDOWS = ("chromium", "chromium-browser", "google-chrome")
# The one without windows costs a fifth for each person who opens one, and cannot install a site.
ANY = ("chromium-headless-shell", *WITH_WINDOWS)


def find_chromium(names: tuple[str, ...] = ANY) -> str:
    """Return the path of the first of ``names`` that is here, or of what CHROMIUM names."""
    wanted = filter(None, [os.environ.get("CHROMIUM"), *names])
    found = next(filter(None, map(shutil.which, wanted)), None)
    if found is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium chromium-headless-shell)")
    return found
