"""What the worker does for revenue; each task may be lost or repeated."""

from django_tasks import task

from revenue import payouts, suspense


@task(backend="background", queue_name="default")
def take_up_payouts() -> int:
    """Finish payouts that were claimed or left in doubt."""
    return payouts.resume()


@task(backend="background", queue_name="default")
def release_suspense() -> int:
    """Release what waits although its channel is confirmed."""
    return suspense.sweep()
