"""The container image is built from the same parts as `make run`; no container runtime is needed to see that."""

import re
from pathlib import Path

import yaml

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


def services():
    """The services as a container engine reads them, and the volumes that are declared."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return compose["services"], compose["volumes"]


def test_what_a_service_waits_for_and_keeps_exists():
    known, volumes = services()
    for about in known.values():
        assert set(about.get("depends_on", {})) <= set(known)
        named = [volume.partition(":")[0] for volume in about.get("volumes", [])]
        assert set(named) <= set(volumes)


def test_nothing_is_open_to_other_machines_but_through_a_proxy():
    known, _volumes = services()
    ports = [port for about in known.values() for port in about.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_store_is_there_when_asked_for_and_does_not_start_without_a_key():
    store = services()[0]["store"]
    assert store["profiles"] == ["bucket"]
    (command,) = store["command"]
    refused = re.match(r'test "\$\$AWS_ACCESS_KEY_ID" -a "\$\$AWS_SECRET_ACCESS_KEY" \|\| \{.*exit 1; \};', command)
    assert refused
    assert store["environment"] == {
        "AWS_ACCESS_KEY_ID": "${MEDIA_ACCESS_KEY:-}",
        "AWS_SECRET_ACCESS_KEY": "${MEDIA_SECRET_KEY:-}",
    }


def test_the_three_roles_share_one_image():
    compose = (ROOT / "compose.yaml").read_text()
    for role in ("migrate", "web", "worker"):
        assert re.search(rf"^  {role}:\n    <<: \*site$", compose, re.MULTILINE), role
