"""Celery as an engine for django-tasks, for when one machine is not enough.

``celery -A config.celery worker --beat`` with ``PYTHONPATH=site``. Code never imports this module: it says
``from django_tasks import task`` and the setting ``TASK_ENGINE`` decides. The truth about work lives in our own
rows, so this backend keeps no results and says so.
"""

import logging
import os
from functools import cache, partial
from typing import Any

from celery import Celery
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError
from django_tasks.signals import task_enqueued, task_finished, task_started
from django_tasks.utils import get_random_id
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
logger = logging.getLogger(__name__)

app = Celery("hearthlight")
app.config_from_object("django.conf:settings", namespace="CELERY")


class CeleryBackend(BaseTaskBackend):
    """Sends tasks to Celery after the commit; a transaction that is rolled back sends nothing.

    Not supported, and refused when the task is defined: running later, priorities, coroutines, a task context.
    ``get_result`` raises NotImplementedError.
    """

    def validate_task(self, task: Task) -> None:
        super().validate_task(task)
        if task.takes_context:
            raise InvalidTaskError("Tasks with a context cannot run on Celery.")

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Hand the task to the broker once the surrounding transaction is committed."""
        self.validate_task(task)
        result = _result(task, get_random_id(), list(args), dict(kwargs))
        transaction.on_commit(partial(self._send, result))
        return result

    def _send(self, result: TaskResult) -> None:
        """Send, and let the page live when the broker does not: the sweep finds what still waits in our rows."""
        try:
            run.apply_async(
                args=[result.task.module_path, result.args, result.kwargs],
                task_id=result.id,
                queue=result.task.queue_name,
                retry=False,
            )
        except OperationalError:
            logger.exception("The broker is away; task %s waits for the sweep", result.task.module_path)
            return
        task_enqueued.send(type(self), task_result=result)


@app.task(name="hearthlight.run", bind=True)
def run(self: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run the task at the dotted ``path``. A failure is logged by django-tasks with its traceback."""
    task = import_string(path)
    result = _result(task, self.request.id, args, kwargs, status=TaskResultStatus.RUNNING)
    task_started.send(CeleryBackend, task_result=result)
    try:
        task.call(*args, **kwargs)
    except BaseException:
        task_finished.send(CeleryBackend, task_result=_ended(result, TaskResultStatus.FAILED))
        raise
    task_finished.send(CeleryBackend, task_result=_ended(result, TaskResultStatus.SUCCESSFUL))


@app.task(name="hearthlight.housekeeping")
def housekeeping() -> None:
    """Do those of the chores that are due which keep work and money from being lost."""
    from website.housekeeping import do_due  # the apps must be loaded first

    do_due(_chores())


@cache
def _chores() -> list[Any]:
    """Return the chores of this process, which remember when each was done last."""
    from website.housekeeping import chores

    return chores(keeps_results=False)


app.conf.beat_schedule = {
    "housekeeping": {"task": "hearthlight.housekeeping", "schedule": 60.0, "options": {"expires": 60}}
}


def _result(
    task: Task, task_id: str, args: Any, kwargs: Any, *, status: TaskResultStatus = TaskResultStatus.READY
) -> TaskResult:
    now = timezone.now()
    running = status == TaskResultStatus.RUNNING
    return TaskResult(
        task=task,
        id=task_id,
        status=status,
        enqueued_at=None if running else now,
        started_at=now if running else None,
        last_attempted_at=now if running else None,
        finished_at=None,
        args=args,
        kwargs=kwargs,
        backend=task.backend,
        errors=[],
        worker_ids=[],
    )


def _ended(result: TaskResult, status: TaskResultStatus) -> TaskResult:
    object.__setattr__(result, "status", status)
    object.__setattr__(result, "finished_at", timezone.now())
    return result
