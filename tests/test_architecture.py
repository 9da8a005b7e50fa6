"""The layers: imports and foreign keys run one way along the journey, from its end to its start."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[1]
# From the start of the journey to its end. Accounts lie below all and are known by no name.
LAYERS = ["accounts", "media_pipeline", "courses", "creators", "revenue", "website"]
BELOW = ["media_pipeline", "courses", "creators", "revenue"]


def test_imports_run_one_way():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": "site:.", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("app", LAYERS)
def test_no_row_refers_to_a_later_step_of_the_journey(app):
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target in LAYERS:
                assert LAYERS.index(target) <= LAYERS.index(app), f"{model.__name__}.{field.name} → {target}"


@pytest.mark.parametrize("app", BELOW)
def test_people_are_reached_by_the_setting_only(app):
    for file in (ROOT / app).rglob("*.py"):
        source = file.read_text()
        for node in ast.walk(ast.parse(source)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in {"accounts", "website", "config"}, f"{file}: {name}"
        assert '"accounts.User"' not in source, f"{file} names the user model instead of AUTH_USER_MODEL"


def test_every_app_of_ours_is_a_layer():
    places = {config.name: Path(config.path) for config in apps.get_app_configs()}
    ours = {name for name, place in places.items() if place.parent in {ROOT, ROOT / "site"}}
    assert ours == set(LAYERS)


def test_no_drawer_for_everything():
    banned = {"services.py", "selectors.py", "utils.py", "helpers.py", "common.py"}
    for folder in [*BELOW, "site"]:
        for file in (ROOT / folder).rglob("*.py"):
            assert file.name not in banned, file
            assert "common" not in file.relative_to(ROOT).parts, file


def test_addresses_count_nothing():
    """No address holds a row's counting number. A position on a statement is no row, nor is the number of a try."""
    for app in [*BELOW, "accounts", "website"]:
        for file in [*(ROOT / app).glob("urls.py"), *(ROOT / "site" / app).glob("urls.py")]:
            for name in re.findall(r"<int:(\w+)>", file.read_text()):
                assert name in {"position", "number"}, f"{file}: {name}"


def test_what_wagtail_and_others_must_not_meet_is_left_out():
    installed = set(settings.INSTALLED_APPS)
    assert not installed & {"modelsearch", "djstripe", "wagtail.api.v3"}
