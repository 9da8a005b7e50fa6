"""The forms of learning: answers, submissions, reviews."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.grading import Quiz
from courses.models import Rubric
from courses.submissions import Assignment

CLOCK = re.compile(r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>[0-5]?\d(?:\.\d+)?)|(?P<only>\d+(?:\.\d+)?)")


class QuizForm(forms.Form):
    """The questions of a quiz. ``client_id`` is new with each empty form, so that one form counts once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, quiz: Quiz, *args: Any, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"client_id": uuid.uuid4(), "language": language}, auto_id="%s", **kwargs)
        self.quiz = quiz
        for question in quiz.questions:
            several = question.several
            self.fields[f"q-{question.id}"] = (forms.MultipleChoiceField if several else forms.ChoiceField)(
                label=question.text,
                choices=[(choice.id, choice.text) for choice in question.choices],
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                help_text=_("More than one answer is right.") if several else "",
                error_messages={"required": _("Choose an answer.")},
            )
        self.fields["client_id"].widget.attrs["id"] = f"client-{quiz.id}"
        self.fields["language"].widget.attrs["id"] = f"language-{quiz.id}"

    def answers(self) -> dict[str, list[str]]:
        """Return the chosen answers of each question; call it when the form is valid."""
        chosen = {question.id: self.cleaned_data[f"q-{question.id}"] for question in self.quiz.questions}
        return {key: value if isinstance(value, list) else [value] for key, value in chosen.items()}


class SubmitForm(forms.Form):
    """A video, the checklist, and a note. The page's script puts the finished upload into ``asset``."""

    asset = forms.UUIDField(widget=forms.HiddenInput, required=False)
    language = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, assignment: Assignment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, item in enumerate(assignment.checklist):
            self.fields[f"check-{number}"] = forms.BooleanField(
                label=item, error_messages={"required": _("Look at this once more before you send.")}
            )
        self.fields["note"] = forms.CharField(
            label=_("A note for your instructor"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class ClockField(forms.CharField):
    """A moment of a video, written as ``m:ss`` or in seconds; cleans to milliseconds or None."""

    def clean(self, value: Any) -> int | None:
        """Return milliseconds; None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        match = CLOCK.fullmatch(text.strip())
        if match is None:
            raise forms.ValidationError(_("Write the moment as minutes and seconds, for example 0:42."))
        seconds = float(match["only"] or match["seconds"])
        return int(((int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)) * 60 + seconds) * 1000)


class ReviewForm(forms.Form):
    """Everything a reviewer writes, in one form, so that no button loses what stands in another field."""

    note_at = ClockField(label=_("Moment"), required=False, max_length=12)
    note_text = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    summary = forms.CharField(
        label=_("What you say to her about the whole video"),
        required=False,
        max_length=4000,
        help_text=_("Two things that work, and one to try."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, rubric: Rubric | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = rubric.criterion_list if rubric else []
        for criterion in self.criteria:
            self.fields[f"score-{criterion.key}"] = forms.TypedChoiceField(
                label=criterion.title,
                help_text=criterion.good,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[(points, str(points)) for points in range(criterion.points + 1)],
                widget=forms.RadioSelect(attrs={"class": "score"}),
            )

    def score_fields(self) -> list[forms.BoundField]:
        """The fields of the rubric."""
        return [self[f"score-{criterion.key}"] for criterion in self.criteria]

    def scores(self) -> dict[str, int]:
        """The points given so far, by criterion."""
        given = {criterion.key: self.cleaned_data.get(f"score-{criterion.key}") for criterion in self.criteria}
        return {key: points for key, points in given.items() if points is not None}


class NameForm(forms.Form):
    """The name for a certificate that has none."""

    name = forms.CharField(label=_("The name on your certificate"), max_length=120)
