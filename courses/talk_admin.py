"""Words that were reported, in the Wagtail admin: a list to work through, and the decisions about each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from courses import moderation
from courses.guarded_admin import OnlyTeaching, TeachingMenuItem
from courses.models import Post, Silence
from courses.talk import TalkRefused


class KeepForm(forms.Form):
    """Nothing to fill in."""


class RemoveForm(forms.Form):
    """The sentence the writer reads."""

    because = forms.CharField(
        label=gettext_lazy("What the writer reads"),
        max_length=300,
        help_text=gettext_lazy("One sentence that says what was not right."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SilenceForm(RemoveForm):
    """How long she may only read, and why."""

    days = forms.TypedChoiceField(label=gettext_lazy("For how long"), coerce=int)
    field_order = ["days", "because"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [
            (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days}) for days in moderation.SILENCE_DAYS
        ]


FORMS: dict[str, type[forms.Form]] = {
    "keep": KeepForm,
    "remove": RemoveForm,
    "silence": SilenceForm,
    "lift": KeepForm,
}


class TalkIndexView(OnlyTeaching, generic.IndexView):
    """The posts with an open report, the one that waits longest first."""

    model = Post
    any_permission_required = None  # OnlyTeaching decides
    page_title = gettext_lazy("Words that were reported")
    header_icon = "comment"
    index_url_name = "talk:index"
    index_results_url_name = "talk:index_results"
    default_ordering = "reported_at"
    paginate_by = 50
    columns = [
        TitleColumn("lesson_title", label=gettext_lazy("Lesson"), url_name="talk:detail"),
        Column("course_title", label=gettext_lazy("Course")),
        Column("writer", label=gettext_lazy("Writer")),
        Column("reported_by", label=gettext_lazy("How many reported it")),
        DateColumn("reported_at", label=gettext_lazy("First reported"), sort_key="reported_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Post]:
        mine = Post.objects.moderated_by(self.request.user).reported().select_related("writer")
        is_open = Q(reports__settled_at=None)
        return mine.annotate(
            reported_by=Count("reports", filter=is_open), reported_at=Min("reports__made_at", filter=is_open)
        )

    def get_edit_url(self, instance: Post) -> str:
        return reverse("talk:detail", args=[instance.pk])

    def get_list_more_buttons(self, instance: Post) -> list[Any]:
        return []


class PostView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """One post: the words as they are and as they were reported, and a form for each decision.

    Each POST address takes one decision; the post is fetched through what the person decides about.
    """

    template_name = "courses_admin/post.html"
    header_icon = "comment"
    decision = ""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self._show(self._post(pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Decide, and go back to the list."""
        post = self._post(pk)
        form = FORMS[self.decision](request.POST)
        if not form.is_valid():
            return self._show(post, form)
        try:
            self._decide()[self.decision](post, form.cleaned_data)
        except TalkRefused as refused:
            form.add_error(None, refused)
            return self._show(post, form)
        messages.success(request, _("It is done, and noted in the log."))
        return redirect("talk:index" if self.decision in ("keep", "remove") else reverse("talk:detail", args=[pk]))

    def _post(self, pk: UUID) -> Post:
        return get_object_or_404(Post.objects.moderated_by(self.request.user).select_related("writer"), pk=pk)

    def _decide(self) -> dict[str, Callable[[Post, dict[str, Any]], object]]:
        by = self.request.user
        return {
            "keep": lambda post, data: moderation.keep(post=post, by=by),
            "remove": lambda post, data: moderation.remove(post=post, by=by, **data),
            "silence": lambda post, data: moderation.silence(writer_of=post, by=by, **data),
            "lift": lambda post, data: moderation.lift_silence(writer_of=post, by=by),
        }

    def _show(self, post: Post, form: forms.Form | None = None) -> HttpResponse:
        self.page_title = post.lesson_title
        shown = {f"{name}_form": form_class() for name, form_class in FORMS.items()}
        if form is not None:
            shown[f"{self.decision}_form"] = form
        return self.render_to_response(
            self.get_context_data(
                talk_post=post,
                reports=list(post.reports.all()),
                silence=Silence.objects.now(person=post.writer, shelf_id=post.shelf_id).first(),
                header_title=post.lesson_title,
                **shown,
            ),
            status=422 if form is not None else 200,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("talk:index"), "label": _("Words that were reported")},
            {"url": "", "label": self.page_title},
        ]


class TalkViewSet(ViewSet):
    """The addresses of moderation under ``/admin/talk/``."""

    name = "talk"
    icon = "comment"
    menu_label = gettext_lazy("Reported words")
    menu_order = 340
    add_to_admin_menu = True
    menu_item_class = TeachingMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, a post, and one address for each decision."""
        return [
            path("", TalkIndexView.as_view(), name="index"),
            path("results/", TalkIndexView.as_view(results_only=True), name="index_results"),
            path("<uuid:pk>/", PostView.as_view(http_method_names=["get"]), name="detail"),
            *(
                path(f"<uuid:pk>/{name}/", PostView.as_view(decision=name, http_method_names=["post"]), name=name)
                for name in FORMS
            ),
        ]
