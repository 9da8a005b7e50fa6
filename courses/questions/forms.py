"""A quiz as plain form controls, one or several for each question. Works without a script."""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from courses.questions.marking import Match, Number, Option, Order, Question, Text, numbers_in
from courses.questions.media import Media

MOST_LETTERS = 300
MOST_VALUES = 20


@dataclass
class Asked:
    """A question with its controls as a template shows them; ``rows`` pair an option with its own control."""

    question: Question
    number: int
    controls: list[forms.BoundField]
    media: Media
    rows: list["Row"] = field(default_factory=list)

    @property
    def video(self) -> Any:
        """The player of what she watches first, if there is something."""
        return self.media.player(self.question.video_id)

    @property
    def picture(self) -> Any:
        """The picture in which she finds the place."""
        return self.media.picture(self.question.picture_id)


@dataclass
class Row:
    """One option with its control: a select of its own, or one of the radio buttons of the question."""

    option: Option
    control: Any
    picture: Any = None
    player: Any = None
    box: tuple[int, int, int, int] | None = None


def partner_token(question: Match, partner: Option) -> str:
    """Return the value under which a partner is chosen: its id would stand beside its other half in the page's source.

    The same in every form, so that a kept draft fits the next one.
    """
    return salted_hmac("courses.questions.partner", f"{question.id}:{partner.id}").hexdigest()[:16]


class QuizForm(forms.Form):
    """The questions of a quiz. ``client_id`` is new with each empty form, so that one form counts once.

    What is shown mixed is mixed by ``client_id``: the same form, shown again, has the same order.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        questions: tuple[Question, ...],
        data: QueryDict | None = None,
        *,
        prefix: Any,
        language: str = "",
        media: Media | None = None,
    ) -> None:
        initial = {"client_id": uuid.uuid4(), "language": language}
        super().__init__(data, initial=initial, auto_id="%s")
        self.questions = questions
        self.shown = media or Media()
        self.seed = str((data or {}).get("client_id") or initial["client_id"])
        self.names = {question.id: self._ask(question) for question in questions}
        for name in ("client_id", "language"):
            self.fields[name].widget.attrs["id"] = f"{name}-{prefix}"

    def _ask(self, question: Question) -> list[str]:
        """Add the controls of ``question``; return their names."""
        name = f"q-{question.id}"
        if isinstance(question, Order):
            places = [("", "–")] + [(str(place), str(place)) for place in range(1, len(question.options) + 1)]
            return self._ask_each(name, self._mixed(question.options), places)
        if isinstance(question, Match):
            partners = self._mixed(question.partners())
            choices = [("", "–")] + [(partner_token(question, option), option.match) for option in partners]
            return self._ask_each(name, list(question.options), choices)
        if isinstance(question, Text):
            self.fields[name] = forms.CharField(label=question.text, max_length=MOST_LETTERS)
        elif isinstance(question, Number):
            self.fields[name] = NumberTextField(label=question.text, max_length=MOST_LETTERS, help_text=question.unit)
        else:
            several = question.several
            self.fields[name] = (forms.MultipleChoiceField if several else forms.ChoiceField)(
                label=question.text,
                choices=[(option.id, option.text) for option in question.options],
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                help_text=_("More than one answer is right.") if several else "",
                error_messages={"required": _("Choose an answer.")},
            )
        return [name]

    def _ask_each(self, name: str, options: list[Option], choices: list[tuple[str, str]]) -> list[str]:
        names = []
        for option in options:
            names.append(f"{name}-{option.id}")
            message = {"required": _("Something is still open here.")}
            self.fields[names[-1]] = forms.ChoiceField(label=option.text, choices=choices, error_messages=message)
        return names

    def _mixed(self, options: tuple[Option, ...]) -> list[Option]:
        """Return ``options`` in another order than they have."""
        mixed = sorted(options, key=lambda option: hashlib.sha256(f"{self.seed}{option.id}".encode()).digest())
        return mixed if tuple(mixed) != options else [*mixed[1:], mixed[0]]

    def clean(self) -> dict[str, Any]:
        """Refuse an order in which two things have the same place."""
        data = super().clean() or {}
        for question in self.questions:
            places = [data.get(name) for name in self.names[question.id]]
            if isinstance(question, Order) and all(places) and len(set(places)) < len(places):
                self.add_error(self.names[question.id][0], _("Two of them have the same place."))
        return data

    def asked(self) -> list[Asked]:
        """Return the questions with their controls, as a template shows them."""
        return [self._asked(question, number) for number, question in enumerate(self.questions, 1)]

    def _asked(self, question: Question, number: int) -> Asked:
        controls = [self[name] for name in self.names[question.id]]
        asked = Asked(question, number, controls, self.shown)
        one_each = len(controls) == len(question.options) and isinstance(question, Order | Match)
        by_id = {str(control.name).removeprefix(f"q-{question.id}-"): control for control in controls}
        options = [question.option(key) for key in by_id] if one_each else question.options
        buttons = list(controls[0]) if question.options and not one_each else []
        for place, option in enumerate(options):
            control = by_id[option.id] if one_each else buttons[place]
            picture, player = self.shown.picture(option.picture_id), self.shown.player(option.video_id)
            box = self.shown.box(question.picture_id, option.area)
            asked.rows.append(Row(option, control, picture, player, box))
        return asked

    def answers(self) -> dict[str, list[str]]:
        """Return her answer to each question, as ``marking`` reads it; call it when the form is valid."""
        return {question.id: self._answer(question) for question in self.questions}

    def _answer(self, question: Question) -> list[str]:
        names = self.names[question.id]
        given = {name.removeprefix(f"q-{question.id}-"): self.cleaned_data[name] for name in names}
        if isinstance(question, Order):
            return sorted(given, key=lambda option_id: int(given[option_id]))
        if isinstance(question, Match):
            partner_ids = {partner_token(question, option): option.id for option in question.partners()}
            return [f"{left}={partner_ids[token]}" for left, token in given.items()]
        value = self.cleaned_data[names[0]]
        return sorted(value) if isinstance(value, list) else [value]

    def kept_fields(self, sent: QueryDict) -> dict[str, list[str]]:
        """Return what of ``sent`` belongs to the questions, cut to a size that nobody types beyond."""
        known = {name for names in self.names.values() for name in names}
        return {
            name: [value[:MOST_LETTERS] for value in sent.getlist(name)[:MOST_VALUES]] for name in known & set(sent)
        }


class NumberTextField(forms.CharField):
    """A number as people write it; kept as she wrote it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what is no number."""
        text = super().clean(value)
        if not numbers_in(text):
            raise forms.ValidationError(_("Write a number, for example 12 or 2.5."))
        return text
