"""Groups of a course in the Wagtail admin: each instructor's own, with the day for each lesson."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import log

from courses.cohorts import set_deadlines
from courses.guarded_admin import OnlyTeaching, TeachingMenuItem
from courses.insight import courses_of
from courses.languages import in_language
from courses.models import Cohort, CoursePage, Deadline, Enrolment, LessonPage


class CohortForm(forms.ModelForm):
    """A group: its name, its beginning, and whether anybody may choose it."""

    class Meta:
        model = Cohort
        fields = ["name", "starts_on", "is_open"]
        widgets = {"starts_on": AdminDateInput}


class NewCohortForm(CohortForm):
    """A new group also says of which of her courses it is."""

    course = forms.ChoiceField(label=gettext_lazy("Course"))
    field_order = ["course", "name", "starts_on", "is_open"]

    def __init__(self, pages: dict[uuid.UUID, CoursePage], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pages = {str(key): page for key, page in pages.items()}
        self.fields["course"].choices = [(key, page.title) for key, page in self.pages.items()]

    def save(self, commit: bool = True) -> Cohort:
        """Save it on the shelf of its course."""
        page = self.pages[self.cleaned_data["course"]]
        self.instance.shelf, self.instance.course_key = page.shelf, page.course_key
        self.instance.course_title = page.title
        return super().save(commit)


class DaysForm(forms.Form):
    """A day for each lesson, or none."""

    def __init__(self, lessons: list[LessonPage], days: dict[uuid.UUID, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lessons = lessons
        for lesson in lessons:
            self.fields[str(lesson.lesson_key)] = forms.DateField(
                label=lesson.title, required=False, initial=days.get(lesson.lesson_key), widget=AdminDateInput
            )

    def days(self) -> dict[uuid.UUID, Any]:
        """Return what was chosen, by lesson key."""
        return {lesson.lesson_key: self.cleaned_data[str(lesson.lesson_key)] for lesson in self.lessons}


class CohortIndexView(OnlyTeaching, generic.IndexView):
    """The groups of her shelves, the latest first."""

    model = Cohort
    any_permission_required = None  # OnlyTeaching decides
    page_title = gettext_lazy("Groups")
    header_icon = "group"
    index_url_name = "cohorts:index"
    index_results_url_name = "cohorts:index_results"
    add_url_name = "cohorts:add"
    add_item_label = gettext_lazy("Add a group")
    default_ordering = "-starts_on"
    paginate_by = 50
    columns = [
        TitleColumn("name", label=gettext_lazy("Group"), url_name="cohorts:edit"),
        Column("course_title", label=gettext_lazy("Course")),
        Column("starts_on", label=gettext_lazy("Begins on"), sort_key="starts_on"),
        Column("learners", label=gettext_lazy("Learners")),
    ]

    def get_base_queryset(self) -> QuerySet[Cohort]:
        members = Enrolment.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
        counted = Subquery(members.annotate(number=Count("pk")).values("number"))
        return Cohort.objects.visible_to(self.request.user).annotate(learners=Coalesce(counted, 0))

    def get_add_url(self) -> str | None:
        return reverse("cohorts:add") if courses_of(self.request.user) else None

    def get_edit_url(self, instance: Cohort) -> str:
        return reverse("cohorts:edit", args=[instance.pk])

    def get_list_more_buttons(self, instance: Cohort) -> list[Any]:
        return []


class CohortView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """One group, new or old, fetched through what the person may change."""

    template_name = "courses_admin/cohort.html"
    header_icon = "group"

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Show the forms."""
        return self._show(*self._forms(self._cohort(pk), None))

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Save both, and stay where the days are set."""
        form, days_form = self._forms(self._cohort(pk), request.POST)
        if not form.is_valid() or (days_form and not days_form.is_valid()):
            return self._show(form, days_form, status=422)
        cohort = form.save()
        log(cohort, "courses.make_cohort" if pk is None else "courses.change_cohort", user=request.user)
        if days_form:
            titles = {lesson.lesson_key: lesson.title for lesson in days_form.lessons}
            set_deadlines(cohort=cohort, days=days_form.days(), titles=titles, by=request.user)
        messages.success(request, _("The group is saved."))
        return redirect("cohorts:edit", cohort.pk)

    def _cohort(self, pk: UUID | None) -> Cohort | None:
        return get_object_or_404(Cohort.objects.visible_to(self.request.user), pk=pk) if pk else None

    def _forms(self, cohort: Cohort | None, data: Any) -> tuple[CohortForm, DaysForm | None]:
        if cohort is None:
            pages = in_language(courses_of(self.request.user), get_language())
            if not pages:
                raise PermissionDenied
            return NewCohortForm(pages, data), None
        days = dict(Deadline.objects.filter(cohort=cohort).values_list("lesson_key", "ends_on"))
        return CohortForm(data, instance=cohort), DaysForm(self._lessons(cohort), days, data)

    def _lessons(self, cohort: Cohort) -> list[LessonPage]:
        """Return the live lessons of its course in one language, in order."""
        versions = (
            CoursePage.objects.live()
            .filter(translation_key=cohort.course_key)
            .select_related("locale")
            .order_by("path")
        )
        course = in_language(versions, get_language()).get(cohort.course_key)
        return list(course.lessons.defer("body")) if course else []

    def _show(self, form: CohortForm, days_form: DaysForm | None, *, status: int = 200) -> HttpResponse:
        self.page_title = form.instance.name if days_form else _("Add a group")
        address = self.request.build_absolute_uri(form.instance.invitation) if days_form else ""
        context = self.get_context_data(
            form=form, days_form=days_form, cohort=form.instance, invitation=address, header_title=self.page_title
        )
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("cohorts:index"), "label": _("Groups")},
            {"url": "", "label": self.page_title},
        ]


class CohortViewSet(ViewSet):
    """The addresses of groups under ``/admin/cohorts/``."""

    name = "cohorts"
    icon = "group"
    menu_label = gettext_lazy("Groups")
    menu_order = 335
    add_to_admin_menu = True
    menu_item_class = TeachingMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, a new group, and one group."""
        return [
            path("", CohortIndexView.as_view(), name="index"),
            path("results/", CohortIndexView.as_view(results_only=True), name="index_results"),
            path("new/", CohortView.as_view(), name="add"),
            path("<uuid:pk>/", CohortView.as_view(), name="edit"),
        ]
