"""What a queue calls. The rows say what is to be done; twice or never is harmless."""

from django_tasks import task


@task(backend="background", queue_name="media")
def prepare_next() -> None:
    """Prepare the video whose turn it is, if one waits; then give back what dead workers left.

    One message is sent for every waiting job, but which one is done is decided when a worker is free.
    """
    from media_pipeline import jobs

    jobs.prepare_next()
    jobs.sweep()


@task(backend="background", queue_name="speech")
def listen(listening_id: str) -> None:
    """Write the captions of one video by machine, if that still waits."""
    from media_pipeline.captions import listening

    listening.process(listening_id)
