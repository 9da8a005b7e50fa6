"""What a queue calls. Each task takes an id and looks at the row; twice or never is harmless."""

from django_tasks import task


@task(backend="background", queue_name="media")
def process_job(job_id: str) -> None:
    """Prepare the video of one job, if it still waits; then give back what dead workers left."""
    from media_pipeline import jobs

    jobs.process(job_id)
    jobs.sweep()
