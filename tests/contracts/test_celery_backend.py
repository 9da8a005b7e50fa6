"""What Celery as an engine does not do, it refuses when the task is defined, or says plainly."""

import pytest
from django.db import transaction
from django_tasks import task
from django_tasks.exceptions import InvalidTaskError
from kombu.exceptions import OperationalError

from config.celery import CeleryBackend, run
from tests.contracts.tasks import note


@pytest.fixture
def backend():
    return CeleryBackend("background", {"QUEUES": ["default", "media", "speech"]})


def test_priorities_delays_and_unknown_queues_are_refused(backend):
    from datetime import UTC, datetime

    for change in ({"priority": 10}, {"run_after": datetime(2030, 1, 1, tzinfo=UTC)}):
        with pytest.raises(InvalidTaskError):
            backend.validate_task(note.using(**change))


def test_a_task_that_wants_a_context_is_refused(backend):
    with pytest.raises(InvalidTaskError):
        backend.validate_task(with_context)


@task(backend="background", takes_context=True)
def with_context(context: object) -> None:
    """Asks for what Celery does not give."""


def test_results_are_not_pretended(backend):
    with pytest.raises(NotImplementedError):
        backend.get_result("any")


@pytest.mark.django_db
def test_a_broker_that_is_away_does_not_break_the_page(
    backend, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def refuse(**_message: object) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr(run, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        backend.enqueue(note, ["/nowhere", "x"], {})
    assert "waits for the sweep" in caplog.text


def test_a_long_task_is_not_handed_out_twice(settings):
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
