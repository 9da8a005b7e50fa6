"""The operator's screen: what waits, runs and failed, and why. It shows no title: a submission is private."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_pipeline import jobs, reasons
from media_pipeline.models import Job
from media_pipeline.overview import overview
from media_pipeline.states import JobState

PERMISSION = "media_pipeline.operate_jobs"
SHOWN = [JobState.RUNNING, JobState.WAITING, JobState.FAILED]


class OperatorsOnly(View):
    """Guards a view itself: hiding its menu item protects nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class JobsView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """Jobs that are not done, the running ones first, with numbers about all."""

    page_title = _("Preparing videos")
    header_icon = "cogs"
    template_name = "media_pipeline/admin/jobs.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        state = self.request.GET.get("state")
        wanted = [state] if state in set(JobState) else [each.value for each in SHOWN]
        rows = Job.objects.filter(state__in=wanted).select_related("asset").order_by("state", "-created_at")
        page = Paginator(rows, 50).get_page(self.request.GET.get("p"))
        for job in page:
            job.message = reasons.MESSAGES.get(job.reason, "")
        numbers = overview()
        labels = dict(Job._meta.get_field("state").choices)
        context["numbers"] = [(each.value, labels[each.value], numbers[each.value]) for each in JobState]
        context["oldest_minutes"] = numbers["oldest_waits_seconds"] // 60
        context["free_gigabytes"] = round(numbers["free_bytes"] / 1e9, 1)
        return context | {"page_obj": page, "state": state}


class RetryView(OperatorsOnly):
    """Let a failed job wait again."""

    def post(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Retry, and say what became of it."""
        if Job.objects.filter(pk=job_id).exists() and jobs.retry(job_id=job_id, by=request.user):
            messages.success(request, gettext("The video waits to be prepared again."))
        else:
            messages.warning(request, gettext("This job is no longer failed; nothing was changed."))
        return redirect("video_jobs:index")


class CancelView(OperatorsOnly):
    """Take a waiting job out of the queue."""

    def post(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Cancel, and say what became of it."""
        if Job.objects.filter(pk=job_id).exists() and jobs.cancel(job_id=job_id, by=request.user):
            messages.success(request, gettext("The job is stopped."))
        else:
            messages.warning(request, gettext("This job no longer waits; nothing was changed."))
        return redirect("video_jobs:index")
