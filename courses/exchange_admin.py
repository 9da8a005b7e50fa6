"""Questions in and out, in the Wagtail admin: a table to download, and one to bring back, looked at before saving."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Locale
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.query import PageQuerySet

from courses import bank
from courses.exchange import questions as exchange
from courses.exchange.qti_out import packaged
from courses.exchange.question_rows import rows_of
from courses.guarded_admin import OnlyTeaching, TeachingMenuItem
from courses.models import Drill, LessonPage
from courses.spreadsheets import csv_of, workbook_of
from courses.spreadsheets.findings import UnreadableTableError

LARGEST_FILE = 2 * 1024**2  # bytes; two hundred questions are a tenth of it
SALT = "courses.exchange.questions"
AN_HOUR = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def lessons_of(user: Any) -> PageQuerySet:
    """Return the lessons that ``user`` may edit, drafts included."""
    hers = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    return LessonPage.objects.filter(pk__in=hers.values("pk")).select_related("locale").order_by("path")


def said_of_new(added: int) -> str:
    """Return the sentence about ``added`` questions that came into the bank."""
    done = ngettext(
        "%(added)d new question in the bank, not used for practice yet. What was there already was left alone.",
        "%(added)d new questions in the bank, not used for practice yet. What was there already was left alone.",
        added,
    )
    return done % {"added": added}


class LessonChoice(forms.ModelChoiceField):
    """A lesson by its title and language."""

    def label_from_instance(self, lesson: LessonPage) -> str:
        return f"{lesson.draft_title} ({lesson.locale})"


class OutForm(forms.Form):
    """What goes into the file."""

    lesson = LessonChoice(
        queryset=LessonPage.objects.none(),
        required=False,
        label=gettext_lazy("From"),
        empty_label=gettext_lazy("The bank of questions and drills"),
    )
    file_type = forms.ChoiceField(
        label=gettext_lazy("As"), choices=[("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("zip", "QTI 2.1 (ZIP)")]
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = lessons_of(user).defer("body")


class WhereForm(forms.Form):
    """Where questions go."""

    lesson = LessonChoice(
        queryset=LessonPage.objects.none(),
        required=False,
        label=gettext_lazy("Into"),
        empty_label=gettext_lazy("The bank of questions and drills"),
        help_text=gettext_lazy("In a lesson they become a quiz at the end of its draft."),
    )
    title = forms.CharField(label=gettext_lazy("Title of the quiz"), max_length=120, required=False)
    skill = forms.ChoiceField(label=gettext_lazy("What the drills train"), choices=Drill.Skill.choices)
    locale = forms.ModelChoiceField(label=gettext_lazy("Language of the drills"), queryset=Locale.objects.all())

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = lessons_of(user).defer("body")
        self.fields["locale"].empty_label = None

    def clean(self) -> dict[str, Any]:
        """Ask for the title that a quiz needs."""
        data = super().clean() or {}
        if data.get("lesson") and not data.get("title"):
            self.add_error("title", _("Give the quiz a title."))
        return data


class InForm(WhereForm):
    """A file, and where its questions go."""

    file = forms.FileField(label=gettext_lazy("Table (XLSX or CSV) or QTI (ZIP or XML)"), max_length=200)
    field_order = ["file", "lesson", "title", "skill", "locale"]

    def clean_file(self) -> Any:
        """Refuse a file that no table of questions comes near."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large for a table of questions."))
        return file


class QuestionsView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """Both forms; a file that was sent is shown with what is wrong in it, and nothing is saved yet."""

    template_name = "courses_admin/questions.html"
    page_title = gettext_lazy("Questions in and out")
    header_icon = "download"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the forms."""
        return self._show(InForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read the file and say what would be saved."""
        form = InForm(request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            sheet = exchange.read_sheet(form.cleaned_data["file"].file, by=request.user)
        except UnreadableTableError as error:
            form.add_error("file", str(error))
            return self._show(form, status=422)
        if form.cleaned_data["lesson"] and len(sheet.questions) > bank.IN_A_QUIZ:
            most = {"most": bank.IN_A_QUIZ}
            form.add_error("file", _("A quiz has %(most)d questions at most. Divide the table.") % most)
            return self._show(form, status=422)
        kept = {"questions": sheet.questions, "user": str(request.user.pk)}
        where = {name: request.POST.get(name, "") for name in WhereForm.base_fields}
        signed = signing.dumps(kept, salt=SALT, compress=True) if sheet.questions else ""
        return self._show(form, sheet=sheet, signed=signed, where=where)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def _show(self, form: InForm, *, status: int = 200, **found: Any) -> HttpResponse:
        context = self.get_context_data(
            header_title=self.page_title, form=form, out_form=OutForm(self.request.user, prefix="out"), **found
        )
        return self.render_to_response(context, status=status)


class SaveQuestionsView(OnlyTeaching, TemplateView):
    """Saves what was read and shown."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put the questions where she said."""
        try:
            kept = signing.loads(request.POST.get("questions", ""), salt=SALT, max_age=AN_HOUR)
        except signing.BadSignature:
            messages.error(request, _("That was too long ago. Please choose the file again."))
            return redirect("questions:index")
        form = WhereForm(request.user, request.POST)
        if kept["user"] != str(request.user.pk) or not form.is_valid():
            raise PermissionDenied
        lesson, data = form.cleaned_data["lesson"], form.cleaned_data
        if lesson is None:
            return self._into_bank(kept["questions"], data)
        try:
            added = bank.add_quiz(questions=kept["questions"], title=data["title"], lesson=lesson, by=request.user)
        except bank.BankRefusal as refusal:
            messages.error(request, str(refusal))
            return redirect("questions:index")
        if added:
            messages.success(request, _("The quiz stands at the end of the draft."))
        else:
            messages.warning(request, _("These questions are in this lesson already."))
        return redirect("wagtailadmin_pages:edit", lesson.pk)

    def _into_bank(self, questions: list[dict[str, Any]], data: dict[str, Any]) -> HttpResponse:
        added = bank.add_drills(questions=questions, skill=data["skill"], locale=data["locale"], by=self.request.user)
        messages.success(self.request, said_of_new(added))
        return redirect(Drill.snippet_viewset.get_url_name("list"))


class QuestionsFileView(OnlyTeaching, TemplateView):
    """The file, of what she may edit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send it."""
        form = OutForm(request.user, request.GET, prefix="out")
        if not form.is_valid():
            return redirect("questions:index")
        lesson = form.cleaned_data["lesson"]
        if lesson:
            lesson = get_object_or_404(lessons_of(request.user).select_related("latest_revision"), pk=lesson.pk)
            raws = bank.questions_in(lesson)
        else:
            raws = bank.questions_of_drills(Drill.objects.visible_to(request.user))
        if form.cleaned_data["file_type"] == "zip":
            response = HttpResponse(packaged(raws), content_type="application/zip")
        elif form.cleaned_data["file_type"] == "csv":
            response = HttpResponse(csv_of(rows_of(raws)), content_type="text/csv; charset=utf-8")
        else:
            response = HttpResponse(workbook_of(rows_of(raws)), content_type=XLSX)
        name = f"{lesson.slug if lesson else 'drills'}-questions.{form.cleaned_data['file_type']}"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response


class QuestionsViewSet(ViewSet):
    """The addresses of the exchange of questions under ``/admin/questions/``."""

    name = "questions"
    icon = "download"
    menu_label = gettext_lazy("Questions in and out")
    menu_order = 332
    add_to_admin_menu = True
    menu_item_class = TeachingMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the page, saving, and the file."""
        return [
            path("", QuestionsView.as_view(), name="index"),
            path("save/", SaveQuestionsView.as_view(), name="save"),
            path("file/", QuestionsFileView.as_view(), name="file"),
        ]
