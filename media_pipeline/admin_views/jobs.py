"""The operator's screen: what waits, runs and failed, and why. It shows no title: a submission is private."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_pipeline import queue
from media_pipeline.models import Job
from media_pipeline.overview import jobs_to_see, overview
from media_pipeline.states import JobState

PERMISSION = "media_pipeline.operate_jobs"


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
        page = Paginator(jobs_to_see(state), 50).get_page(self.request.GET.get("p"))
        numbers = overview()
        labels = dict(Job._meta.get_field("state").choices)
        context["numbers"] = [(each.value, labels[each.value], numbers[each.value]) for each in JobState]
        context["does_wait"] = numbers[JobState.WAITING] > 0
        context["oldest_minutes"] = numbers["oldest_waits_seconds"] // 60
        context["free_gigabytes"] = round(numbers["free_bytes"] / 1e9, 1)
        return context | {"page_obj": page, "state": state}


class ActView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """Ask before something is done to a job; a POST does it, and is logged with the operator's name."""

    header_icon = "cogs"
    template_name = "media_pipeline/admin/job_confirm.html"
    question: Promise
    button: Promise
    done: Promise
    too_late: Promise

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse("video_jobs:index"), "label": JobsView.page_title}
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"job": get_object_or_404(Job.objects.select_related("asset"), pk=self.kwargs["job_id"])}

    def post(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Do it, and say what became of it."""
        if Job.objects.filter(pk=job_id).exists() and self.act(job_id):
            messages.success(request, str(self.done))
        else:
            messages.warning(request, str(self.too_late))
        return redirect("video_jobs:index")

    def act(self, job_id: UUID) -> bool:
        """Do it; False when the job is no longer in a state where that makes sense."""
        raise NotImplementedError


class RetryView(ActView):
    """Let a failed job wait again."""

    page_title = _("Try again")
    question = _("The video will wait to be prepared again, with all its attempts.")
    button = _("Yes, try again")
    done = _("The video waits to be prepared again.")
    too_late = _("This job is no longer failed; nothing was changed.")

    def act(self, job_id: UUID) -> bool:
        return queue.retry(job_id=job_id, by=self.request.user)


class CancelView(ActView):
    """Take a job out of the queue, or away from its worker."""

    page_title = _("Stop preparing")
    question = _("The video will not be prepared, and its owner reads that it was stopped. You can start it again.")
    button = _("Yes, stop it")
    done = _("The job is stopped.")
    too_late = _("This job neither waits nor runs any more; nothing was changed.")

    def act(self, job_id: UUID) -> bool:
        return queue.cancel(job_id=job_id, by=self.request.user)
