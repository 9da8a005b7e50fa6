"""The shape of the tree that nothing else may break."""

import os
import site
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_site_is_a_source_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert Path(site.__file__).resolve().parent != (ROOT / "site")


def test_a_fresh_interpreter_in_the_checkout_still_finds_site_packages():
    code = "import site, django; print(site.__file__)"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not out.stdout.strip().startswith(str(ROOT / "site"))


def test_no_ignore_file_hides_the_source_root():
    for name in (".gitignore", ".dockerignore"):
        path = ROOT / name
        lines = path.read_text().splitlines() if path.exists() else []
        assert not {"site", "site/", "/site", "/site/"} & {line.strip() for line in lines}


def test_starting_loads_nothing_that_only_some_pages_draw_with():
    """A worker at rest stays small: what makes PDFs, works with arrays or pays comes when it is first needed."""
    loads = "import sys, django; django.setup(); import courses.tasks, media_pipeline.tasks, revenue.tasks; "
    code = loads + "print(*sorted({'fpdf', 'fontTools', 'numpy', 'stripe'} & set(sys.modules)))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": "site:."}
    command = [sys.executable, "-c", code]
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == ""
