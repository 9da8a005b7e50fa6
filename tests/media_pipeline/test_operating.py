"""What an operator sees of the work on videos and does to it: in the admin, on the command line, in a monitor."""

import io
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from media_pipeline.models import Job
from media_pipeline.states import JobState
from tests.factories.media_pipeline import JobFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/video-jobs/"


def running(**fields):
    """A job in the hands of a worker."""
    now = timezone.now()
    return JobFactory(
        state="running", percent=42, worker="kitchen:77:1", attempts=1, started_at=now, asset__state="preparing",
        lease=uuid.uuid4(), lease_until=now + timedelta(minutes=1), **fields,
    )  # fmt: skip


def failed(**fields):
    """A job that was given up."""
    return JobFactory(
        state="failed", reason="disk_full", detail="No space left", finished_at=timezone.now(), attempts=3,
        asset__state="failed", asset__reason="disk_full", **fields,
    )  # fmt: skip


@pytest.fixture
def operator(client, administrator):
    client.force_login(administrator)
    return client


def status(**options):
    said = io.StringIO()
    call_command("media_status", stdout=said, **options)
    return said.getvalue()


def test_an_operator_sees_what_waits_runs_and_failed_and_why(operator):
    JobFactory()
    failed(asset__title="Private supper")
    running()
    html = operator.get(PAGE).content.decode()
    assert "run out of room" in html
    assert "No space left" in html
    assert "42%" in html
    assert "kitchen:77:1" in html
    assert "Private supper" not in html
    assert html.index("kitchen:77:1") < html.index("No space left")
    assert "No space left" not in operator.get(f"{PAGE}?state=waiting").content.decode()
    assert operator.get(f"{PAGE}?state=nonsense&p=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        (None, ""),
        (0, "The oldest has waited less than a minute."),
        (1, "The oldest has waited 1 minute."),
        (90, "The oldest has waited 90 minutes."),
    ],
)
def test_how_long_the_oldest_waits_is_said_as_a_person_would(operator, waits, said):
    if waits is not None:
        JobFactory()
        Job.objects.update(created_at=timezone.now() - timedelta(minutes=waits, seconds=5))
    text = operator.get(PAGE).content.decode()
    assert "GB are free." in text
    assert said in text
    assert ("The oldest" in text) == bool(said)


def test_nothing_happens_before_an_operator_has_said_yes(operator, administrator):
    job = failed()
    address = reverse("video_jobs:retry", args=[job.pk])
    assert address in operator.get(PAGE).content.decode()
    assert "Yes, try again" in operator.get(address).content.decode()
    assert Job.objects.get().state == "failed"
    operator.post(address)
    assert Job.objects.get().state == "waiting"
    assert ModelLogEntry.objects.get(action="media_pipeline.retry").user == administrator


@pytest.mark.parametrize("make", [JobFactory, running])
def test_an_operator_stops_what_waits_and_what_runs(operator, administrator, make):
    job = make()
    address = reverse("video_jobs:cancel", args=[job.pk])
    assert "Yes, stop it" in operator.get(address).content.decode()
    operator.post(address)
    job.refresh_from_db()
    assert (job.state, job.lease, job.asset.state) == ("cancelled", None, "failed")
    assert ModelLogEntry.objects.get(action="media_pipeline.cancel").user == administrator
    said = operator.post(address, follow=True).content.decode()
    assert "nothing was changed" in said


def test_a_job_that_is_gone_is_not_found_and_harmless(operator, db):
    address = reverse("video_jobs:retry", args=[uuid.uuid4()])
    assert operator.get(address).status_code == 404
    assert "nothing was changed" in operator.post(address, follow=True).content.decode()


@pytest.mark.parametrize("name", ["learner", "instructor", "preparer"])
def test_nobody_else_operates(client, request, name):
    client.force_login(request.getfixturevalue(name))
    job = failed()
    addresses = [PAGE, *(reverse(f"video_jobs:{action}", args=[job.pk]) for action in ("retry", "cancel"))]
    for address in addresses:
        assert client.get(address).status_code in (302, 403)
        assert client.post(address).status_code in (302, 403, 405)
    assert Job.objects.get().state == "failed"


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_for_three_and_for_three_hundred(operator, rows, django_assert_max_num_queries):
    JobFactory.create_batch(rows)
    operator.get(PAGE)
    with django_assert_max_num_queries(20):
        operator.get(PAGE)


def test_the_command_line_shows_the_same(db):
    JobFactory(), failed(), running()
    text = status()
    assert {"waiting: 1", "running: 1", "failed: 1"} <= set(text.splitlines())
    assert "kitchen:77:1" in text
    assert "No space left" in text
    said = json.loads(status(json=True))
    assert [row["state"] for row in said["jobs"]] == ["running", "failed", "waiting"]
    assert said["jobs"][0]["percent"] == 42
    assert said["jobs"][1]["reason"] == "disk_full"
    assert said["oldest_waits_seconds"] >= 0


def test_a_monitor_gets_numbers_it_can_read(db):
    JobFactory.create_batch(2)
    text = status(prometheus=True)
    assert 'hearthlight_media_jobs{state="waiting"} 2' in text.splitlines()
    for line in text.strip().splitlines():
        assert re.fullmatch(r'# TYPE \w+ gauge|\w+(\{state="\w+"\})? \d+', line), line
    assert all(f'state="{state}"' in text for state in JobState)
    with pytest.raises(CommandError):
        call_command("media_status", "--json", "--prometheus")
