"""The bank of questions in the Wagtail admin: into a quiz of a lesson's draft, and out of one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Locale

from courses import bank
from courses.checking.report import draft_pieces
from courses.exchange_admin import LessonChoice, lessons_of, said_of_new
from courses.guarded_admin import OnlyTeaching
from courses.models import Drill, LessonPage
from courses.models.practice import DrillQuerySet
from courses.pieces import QUIZ
from courses.questions.blocks import QuestionsBlock

ON_A_PAGE = 50

KINDS = {name: block.label for name, block in QuestionsBlock().child_blocks.items()}


class LessonForm(forms.Form):
    """The lesson whose draft takes or gives questions."""

    lesson = LessonChoice(queryset=LessonPage.objects.none(), label=gettext_lazy("Lesson"), empty_label=None)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = lessons_of(user).defer("body")


class SearchForm(forms.Form):
    """Which questions of the bank are shown."""

    words = forms.CharField(label=gettext_lazy("With these words"), max_length=100, required=False)
    skill = forms.ChoiceField(
        label=gettext_lazy("What it trains"), choices=[("", gettext_lazy("All")), *Drill.Skill.choices], required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All")), *KINDS.items()], required=False
    )
    locale = forms.ModelChoiceField(
        label=gettext_lazy("Language"), queryset=Locale.objects.all(), required=False, empty_label=gettext_lazy("All")
    )

    def found(self, user: Any) -> DrillQuerySet:
        """Return what ``user`` searches for, of what she may see."""
        if not self.is_valid():
            return Drill.objects.none()
        return Drill.objects.visible_to(user).searched(**self.cleaned_data)


class TakeForm(forms.Form):
    """The questions she takes, and the quiz they come to."""

    drills = forms.ModelMultipleChoiceField(
        queryset=Drill.objects.none(),
        error_messages={"required": gettext_lazy("Choose a question at least.")},
    )
    quiz = forms.ChoiceField(label=gettext_lazy("Into"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Title of the new quiz"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A new quiz stands at the end of the draft."),
    )

    def __init__(self, user: Any, lesson: LessonPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drills"].queryset = Drill.objects.visible_to(user)
        found = [(str(one.id), _("Quiz: %(title)s") % {"title": one.value.get("title")}) for one in quizzes(lesson)]
        self.fields["quiz"].choices = [*found, ("", _("A new quiz"))]
        self.fields["quiz"].initial = self.fields["quiz"].choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for the title that a new quiz needs."""
        data = super().clean() or {}
        if not data.get("quiz") and not data.get("title") and "quiz" not in self.errors:
            self.add_error("title", _("Give the quiz a title."))
        return data


class KeepForm(forms.Form):
    """The questions she keeps, and what they train."""

    questions = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Choose a question at least.")})
    skill = forms.ChoiceField(label=gettext_lazy("What they train"), choices=Drill.Skill.choices)

    def __init__(self, lesson: LessonPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = [(raw.get("id"), "") for raw in bank.questions_in(lesson)]


@dataclass(frozen=True)
class Choice:
    """A question to choose; ``note`` says what else is known of it."""

    value: str
    text: str
    kind: Any
    note: Any
    is_chosen: bool


def choice(value: Any, raw: bank.Raw, chosen: Collection[str], note: Any = "") -> Choice:
    """Return the raw question ``raw`` to choose by ``value``."""
    text = (raw.get("value") or {}).get("text") or "…"
    return Choice(str(value), text, KINDS.get(raw["type"], ""), note, str(value) in chosen)


def quizzes(lesson: LessonPage) -> list[Any]:
    """Return the quizzes in the draft of ``lesson``."""
    return [piece for piece in draft_pieces(lesson) if piece.kind == QUIZ]


class ChooseLessonView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """Asks for a lesson and leads there."""

    template_name = "courses_admin/bank_lesson.html"
    page_title = gettext_lazy("The bank and a lesson")
    header_icon = "help"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or lead on."""
        form = LessonForm(request.user, request.GET or None)
        if form.is_valid():
            return redirect("bank:take", form.cleaned_data["lesson"].pk)
        return self.render_to_response(self.get_context_data(form=form, header_title=self.page_title))

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the bank."""
        listing = {"url": reverse(Drill.snippet_viewset.get_url_name("list")), "label": _("Questions and drills")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]


class LessonBankView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """One lesson that she may edit, beside the bank."""

    header_icon = "help"
    lesson: LessonPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Fetch the lesson through what she may edit."""
        super().setup(request, *args, **kwargs)
        self.lesson = get_object_or_404(lessons_of(request.user).select_related("latest_revision"), pk=kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the lesson."""
        lesson = {"url": reverse("wagtailadmin_pages:edit", args=[self.lesson.pk]), "label": self.lesson.draft_title}
        return [*self.breadcrumbs_items, lesson, {"url": "", "label": self.page_title}]

    def show(self, form: forms.Form, *, status: int = 200, **found: Any) -> HttpResponse:
        """Show the page with ``form``."""
        context = self.get_context_data(header_title=self.page_title, lesson=self.lesson, form=form, **found)
        return self.render_to_response(context, status=status)


class TakeView(LessonBankView):
    """Questions of the bank, found by words, skill, kind and language, to take into a quiz."""

    template_name = "courses_admin/bank_take.html"
    page_title = gettext_lazy("Questions from the bank")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what was searched for, at first all in the language of the lesson."""
        return self._show_found(TakeForm(request.user, self.lesson))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take what was chosen."""
        form = TakeForm(request.user, self.lesson, request.POST)
        if not form.is_valid():
            return self._show_found(form, status=422)
        try:
            self._take(form.cleaned_data)
        except bank.BankRefusal as refusal:
            form.add_error(None, str(refusal))
            return self._show_found(form, status=422)
        return redirect("wagtailadmin_pages:edit", pk)

    def _take(self, data: dict[str, Any]) -> None:
        questions = bank.questions_of_drills(data["drills"])
        where = {"lesson": self.lesson, "by": self.request.user}
        if data["quiz"]:
            added = bank.add_to_quiz(questions=questions, quiz_id=data["quiz"], **where)
        else:
            questions = bank.copies(questions)
            added = bank.add_quiz(questions=questions, title=data["title"], **where) * len(questions)
        if not added:
            messages.warning(self.request, _("These questions are in this lesson already."))
            return
        done = ngettext(
            "%(added)d question stands at the end of the quiz, in the draft.",
            "%(added)d questions stand at the end of the quiz, in the draft.",
            added,
        )
        messages.success(self.request, done % {"added": added})

    def _show_found(self, form: TakeForm, *, status: int = 200) -> HttpResponse:
        search = SearchForm(self.request.GET if "locale" in self.request.GET else {"locale": self.lesson.locale_id})
        paginator = Paginator(search.found(self.request.user), ON_A_PAGE)
        shown: ListPage = paginator.get_page(self.request.GET.get("p"))
        chosen = form.data.getlist("drills") if form.is_bound else []
        choices = [choice(d.pk, d.question.raw_data[0], chosen, d.get_skill_display()) for d in shown]
        pages = paginator.get_elided_page_range(shown.number)
        return self.show(form, status=status, search=search, shown=shown, choices=choices, elided_page_range=pages)


class KeepView(LessonBankView):
    """Questions of the quizzes in a draft, to keep in the bank."""

    template_name = "courses_admin/bank_keep.html"
    page_title = gettext_lazy("Questions into the bank")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the questions of the draft."""
        return self._show_quizzes(KeepForm(self.lesson))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what was chosen."""
        form = KeepForm(self.lesson, request.POST)
        if not form.is_valid():
            return self._show_quizzes(form, status=422)
        data = form.cleaned_data
        try:
            kept = bank.keep(question_ids=data["questions"], lesson=self.lesson, skill=data["skill"], by=request.user)
        except bank.BankRefusal as refusal:
            form.add_error(None, str(refusal))
            return self._show_quizzes(form, status=422)
        messages.success(request, said_of_new(kept))
        return redirect(Drill.snippet_viewset.get_url_name("list"))

    def _show_quizzes(self, form: KeepForm, *, status: int = 200) -> HttpResponse:
        chosen = form.data.getlist("questions") if form.is_bound else []
        choices = [
            choice(raw.get("id"), raw, chosen, piece.value.get("title"))
            for piece in quizzes(self.lesson)
            for raw in piece.value.get("questions") or []
        ]
        return self.show(form, status=status, choices=choices)


class BankViewSet(ViewSet):
    """The addresses of the bank beside a lesson, under ``/admin/bank/``."""

    name = "bank"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the choice of a lesson, and both ways between it and the bank."""
        return [
            path("", ChooseLessonView.as_view(), name="index"),
            path("<int:pk>/", TakeView.as_view(), name="take"),
            path("<int:pk>/keep/", KeepView.as_view(), name="keep"),
        ]
