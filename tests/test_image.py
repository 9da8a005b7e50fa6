"""The container image is built from the same parts as `make run`; no container runtime is needed to see that."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_image_copies_every_front_end_file_that_set_up_copies():
    wanted = re.findall(r'": "([\w.-]+/dist/[\w.-]+)"', (ROOT / "tools/setup.py").read_text())
    image = (ROOT / "Dockerfile").read_text()
    assert wanted
    for source in wanted:
        assert f"node_modules/{source}" in image


def test_the_image_takes_no_secret_and_no_data_with_it():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", "var"} <= set(ignored)


def test_the_three_roles_share_one_image():
    compose = (ROOT / "compose.yaml").read_text()
    for role in ("migrate", "web", "worker"):
        assert re.search(rf"^  {role}:\n    <<: \*site$", compose, re.MULTILINE), role
