"""Where the admin screens about videos live."""

from django.urls import URLPattern, path
from wagtail.admin.viewsets.base import ViewSet

from media_pipeline.admin_views import jobs, videos
from media_pipeline.choosers import asset_chooser

__all__ = ["asset_chooser", "video_jobs", "videos_viewset"]


class VideoViewSet(ViewSet):
    """``/admin/videos/``: the videos of an instructor's collections."""

    icon = "media"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Nothing but the views that look through what the user may edit."""
        return [
            path("", videos.IndexView.as_view(), name="index"),
            path("results/", videos.IndexView.as_view(results_only=True), name="index_results"),
            path("add/", videos.UploadView.as_view(), name="add"),
            path("<uuid:pk>/", videos.EditView.as_view(), name="edit"),
            path("<uuid:pk>/delete/", videos.DeleteView.as_view(), name="delete"),
            path("<uuid:pk>/usage/", videos.UsageView.as_view(), name="usage"),
            path("<uuid:pk>/history/", videos.HistoryView.as_view(), name="history"),
            path("<uuid:pk>/history/results/", videos.HistoryView.as_view(results_only=True), name="history_results"),
        ]


class JobViewSet(ViewSet):
    """``/admin/video-jobs/``: the work on videos, for operators."""

    url_prefix = "video-jobs"

    def get_urlpatterns(self) -> list[URLPattern]:
        """One list and two named actions."""
        return [
            path("", jobs.JobsView.as_view(), name="index"),
            path("<uuid:job_id>/retry/", jobs.RetryView.as_view(), name="retry"),
            path("<uuid:job_id>/cancel/", jobs.CancelView.as_view(), name="cancel"),
        ]


videos_viewset = VideoViewSet("videos")
video_jobs = JobViewSet("video_jobs")
