"""The forms of learning: submissions and reviews."""

import re
import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Audience, Cohort, PostReport, Rubric, Submission, WeeklyGoal
from courses.models.goals import MOST
from courses.models.opinions import LONGEST_OPINION
from courses.models.phrases import LONGEST
from courses.models.sharing import LONGEST_ALIAS
from courses.models.talk import LONGEST as LONGEST_POST
from courses.sharing import Child, Consent
from courses.submissions import Assignment

MOST_CHILDREN = 4
LONGEST_PART = 600  # letters; three of them are one post
CLOCK = re.compile(r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>[0-5]?\d(?:\.\d+)?)|(?P<only>\d+(?:\.\d+)?)")


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


class ConsentForm(forms.Form):
    """Who may see a video and which children appear in it; the rows for children need no script."""

    audience = forms.ChoiceField(
        label=_("Who may see this video?"),
        help_text=_("You can change it at any time on the page of the video. It holds at once."),
        initial=Audience.INSTRUCTOR,
        widget=forms.RadioSelect,
    )
    children = forms.ChoiceField(
        label=_("Does a child appear in it?"),
        help_text=_(
            "A child cannot decide this for herself. Let as few people as you can see such a video: whoever sees it "
            "can keep a copy, also after you take it back."
        ),
        choices=[("no", _("No")), ("yes", _("Yes, a child is to be seen or heard"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether a child appears.")},
    )

    def __init__(self, group: Cohort | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            Audience.GROUP: _("My group “%(group)s” too") % {"group": group},
            Audience.PUBLIC: _("Everybody: once it has passed, I may put it on a page of my own"),
        }
        choices = [(value, labels.get(Audience(value), label)) for value, label in Audience.choices]
        self.fields["audience"].choices = [one for one in choices if group or one[0] != Audience.GROUP]
        for number in range(MOST_CHILDREN):
            self.fields[f"alias-{number}"] = forms.CharField(
                label=_("Child %(number)d: a name that only you understand") % {"number": number + 1},
                required=False,
                max_length=LONGEST_ALIAS,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"seen-{number}"] = ClockField(
                label=_("Child %(number)d: seen for how many seconds, about") % {"number": number + 1},
                required=False,
                max_length=12,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    @staticmethod
    def initial_of(submission: Submission) -> dict[str, Any]:
        """Return what the fields hold for what she has said about ``submission``."""
        said = {None: None, True: "yes", False: "no"}[submission.shows_children]
        initial = {"audience": submission.audience, "children": said}
        for number, child in enumerate(submission.children.all()):
            initial |= {f"alias-{number}": child.alias, f"seen-{number}": child.seconds}
        return initial

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each child."""
        return [(self[f"alias-{number}"], self[f"seen-{number}"]) for number in range(MOST_CHILDREN)]

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a row, for one row at least where a child appears, and for no name twice."""
        data = super().clean() or {}
        if data.get("children") != "yes":
            return data
        names: set[str] = set()
        for number in range(MOST_CHILDREN):
            alias, seen = data.get(f"alias-{number}"), data.get(f"seen-{number}")
            if alias and seen is None and f"seen-{number}" not in self.errors:
                self.add_error(f"seen-{number}", _("Write about how many seconds."))
            if seen is not None and not alias:
                self.add_error(f"alias-{number}", _("Write a name of your own choosing."))
            if alias and alias.casefold() in names:
                self.add_error(f"alias-{number}", _("Give each child another name."))
            names.add((alias or "").casefold())
        if not names - {""} and not self.errors:
            self.add_error("children", _("Write below a name of your own choosing for each child, and the seconds."))
        return data

    def consent(self) -> Consent:
        """Return what she says; where no child appears, what stands in the rows does not count."""
        data, children = self.cleaned_data, []
        for number in range(MOST_CHILDREN if data["children"] == "yes" else 0):
            if alias := data[f"alias-{number}"]:
                children.append(Child(alias, max(1, data[f"seen-{number}"] // 1000)))
        return Consent(data["audience"], tuple(children))


class ReviewForm(forms.Form):
    """Everything a reviewer writes, in one form, so that no button loses what stands in another field."""

    note_at = ClockField(label=_("Moment"), required=False, max_length=12)
    note_text = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    keep_words = forms.BooleanField(label=_("Keep these words to use them again"), required=False)
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

    def clean(self) -> dict[str, Any]:
        """Refuse to keep words that are too long for it."""
        data = super().clean() or {}
        if data.get("keep_words") and len(data.get("note_text") or "") > LONGEST:
            self.add_error("note_text", _("Words to use again have %(most)d letters at most.") % {"most": LONGEST})
        return data

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


class TakeBackForm(forms.Form):
    """Why a certificate is not valid any more."""

    because = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("Whoever checks the certificate reads this.")
    )


class PeerField(forms.CharField):
    """One paragraph of a few sentences."""

    def __init__(self, **values: Any) -> None:
        wanted = {"required": _("Write a few words here; the three belong together.")}
        area = forms.Textarea(attrs={"rows": 2})
        super().__init__(max_length=LONGEST_PART, widget=area, error_messages=wanted, **values)

    def clean(self, value: Any) -> str:
        """Return it in one line."""
        return " ".join(super().clean(value).split())


class PostForm(forms.Form):
    """Words about a lesson. Its hidden id makes a form that arrives twice one post."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words first.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PeerForm(forms.Form):
    """What a peer says about a video: two things that work and one to try, each a short paragraph."""

    works = PeerField(label=_("One thing that works"))
    works_too = PeerField(label=_("Another thing that works"))
    to_try = PeerField(label=_("One thing to try"))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class InvitationForm(forms.Form):
    """The letters of an invitation; spaces, dashes and small letters are forgiven."""

    code = forms.CharField(
        label=_("The invitation"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )


class GoalForm(forms.ModelForm):
    """How many days or minutes a week."""

    class Meta:
        model = WeeklyGoal
        fields = ["unit", "amount", "reminds"]
        labels = {"unit": _("What do you want to count?")}
        widgets = {"unit": forms.RadioSelect}

    def clean(self) -> dict[str, Any]:
        """Keep it within a week."""
        data = super().clean() or {}
        most = MOST.get(data.get("unit") or "", 0)
        if data.get("amount") is not None and not 1 <= data["amount"] <= most:
            self.add_error("amount", _("Choose a number from 1 to %(most)d.") % {"most": most or MOST["minutes"]})
        return data


class ReportForm(forms.Form):
    """What is wrong with somebody's words."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=PostReport.Reason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What we should know"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(forms.Form):
    """Which colleague is asked, and what."""

    colleague = forms.ModelChoiceField(label=_("Whom do you ask?"), queryset=None, empty_label=None)
    question = forms.CharField(
        label=_("What would you like to know?"), max_length=LONGEST_OPINION, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, colleagues: QuerySet[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues


class OpinionForm(forms.Form):
    """What a colleague thinks of a video."""

    answer = forms.CharField(
        label=_("What do you think?"), max_length=LONGEST_OPINION, widget=forms.Textarea(attrs={"rows": 4})
    )
