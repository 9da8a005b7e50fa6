"""What to mend in her courses, in the Wagtail admin: a list of the courses, and the findings of each."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from courses.checking.report import check_courses, courses_to_check, number_of
from courses.guarded_admin import OnlyTeaching, TeachingMenuItem
from courses.models import CoursePage


class ToMendIndexView(OnlyTeaching, generic.IndexView):
    """The courses she may edit, with how much there is to mend in each."""

    model = CoursePage
    any_permission_required = None  # OnlyTeaching decides
    page_title = gettext_lazy("What to mend")
    header_icon = "glasses"
    index_url_name = "to_mend:index"
    index_results_url_name = "to_mend:index_results"
    default_ordering = "draft_title"
    paginate_by = 20
    is_searchable = False
    columns = [
        TitleColumn("draft_title", label=gettext_lazy("Course"), url_name="to_mend:course"),
        Column("locale", label=gettext_lazy("Language")),
        Column("to_mend", label=gettext_lazy("Things to mend")),
    ]

    def get_base_queryset(self) -> QuerySet[CoursePage]:
        return courses_to_check(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Count for the courses on this page of the list."""
        context = super().get_context_data(*args, **kwargs)
        shown = list(context["object_list"])
        checked = check_courses(shown)
        for course in shown:
            course.to_mend = number_of(checked[course.pk])
        return context

    def get_edit_url(self, instance: CoursePage) -> str:
        return reverse("to_mend:course", args=[instance.pk])

    def get_list_more_buttons(self, instance: CoursePage) -> list[Any]:
        return []


class ToMendView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """One course, fetched through what she may edit: what to mend in it and in each of its lessons."""

    template_name = "courses_admin/to_mend.html"
    header_icon = "glasses"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        course = get_object_or_404(courses_to_check(request.user), pk=pk)
        self.page_title = course.get_admin_display_title()
        pages = check_courses([course])[course.pk]
        context = self.get_context_data(
            pages=pages, number=number_of(pages), header_title=self.page_title, tries_links=settings.CHECK_LINKS
        )
        return self.render_to_response(context)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("to_mend:index"), "label": _("What to mend")},
            {"url": "", "label": self.page_title},
        ]


class ToMendViewSet(ViewSet):
    """The addresses of the checker under ``/admin/to_mend/``; it stands among the reports."""

    name = "to_mend"
    icon = "glasses"
    menu_label = gettext_lazy("What to mend")
    menu_hook = "register_reports_menu_item"
    menu_item_class = TeachingMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, and one course."""
        return [
            path("", ToMendIndexView.as_view(), name="index"),
            path("results/", ToMendIndexView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", ToMendView.as_view(), name="course"),
        ]
