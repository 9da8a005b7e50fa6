"""Short exercises, and when each of them comes back to a learner."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail.search import index

from courses.models.owned import Owned
from courses.models.shelves import Shelf
from courses.questions.blocks import QuestionsBlock
from courses.questions.marking import Question
from courses.questions.reading import question_of


class DrillQuerySet(models.QuerySet["Drill"]):
    """Sets of drills."""

    def offered_to(self, user: Any) -> "DrillQuerySet":
        """Return the drills in use of the shelves on which ``user`` has joined a course."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(is_in_use=True, shelf__enrolments__learner=user).distinct()

    def visible_to(self, user: Any) -> "DrillQuerySet":
        """Return the drills that ``user`` may see and change in the admin: those of her shelves."""
        if user.is_superuser or user.has_role("administrator"):
            return self
        return self.filter(shelf__in=Shelf.objects.of(user).values("pk"))

    def searched(self, *, words: str = "", skill: str = "", kind: str = "", locale: Any = None) -> "DrillQuerySet":
        """Return those with ``words`` in title or question, for a skill, of a kind of question and in a language."""
        wanted = {"skill": skill, "question__0__type": kind, "locale": locale}
        found = self.filter(**{name: value for name, value in wanted.items() if value})
        if words:
            found = found.filter(Q(title__icontains=words) | Q(question__0__value__text__icontains=words))
        return found.order_by("title", "pk")


class Drill(TranslatableMixin, index.Indexed, models.Model):
    """One question of the bank, for quizzes and, while it is in use, an exercise of half a minute.

    Its ``translation_key`` is the ``drill_key`` of cards and answers.
    """

    class Skill(models.TextChoices):
        CUT = "cut", _("Cut")
        LIGHT = "light", _("Light")
        SOUND = "sound", _("Sound")
        ORDER = "order", _("Order of shots")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=120)
    skill = models.CharField(_("what it trains"), max_length=8, choices=Skill.choices)
    question = StreamField(QuestionsBlock(), verbose_name=_("question"), min_num=1, max_num=1)
    is_in_use = models.BooleanField(
        _("used for practice"), default=True, help_text=_("Quizzes may take it from the bank either way.")
    )
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, editable=False, related_name="drills")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = DrillQuerySet.as_manager()

    search_fields = [index.AutocompleteField("title"), index.SearchField("title")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question or drill")
        verbose_name_plural = _("questions and drills")
        ordering = ["made_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def drill_key(self) -> uuid.UUID:
        """The name of the drill in every language."""
        return self.translation_key

    @property
    def asked(self) -> Question:
        """The question, ready to be marked."""
        return question_of(self.question.raw_data[0])


class PracticeCard(Owned):
    """When a drill comes back to a learner. ``card`` is what the scheduler remembers, in its own words."""

    drill_key = models.UUIDField()
    card = models.JSONField(default=dict)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("practice card")
        verbose_name_plural = _("practice cards")
        constraints = [models.UniqueConstraint(fields=["learner", "drill_key"], name="practice_card_once_a_drill")]
        indexes = [models.Index(fields=["learner", "due_at"], name="practice_card_due")]

    def __str__(self) -> str:
        return str(self.drill_key)


class PracticeAnswer(Owned):
    """One answer to a drill; ``is_first`` when the drill was new to her, which is what progress is measured by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField()
    drill_key = models.UUIDField()
    answer = models.JSONField()
    is_right = models.BooleanField()
    is_first = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("practice answer")
        verbose_name_plural = _("practice answers")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "client_id"], name="practice_form_counts_once"),
            models.UniqueConstraint(
                fields=["learner", "drill_key"], condition=Q(is_first=True), name="practice_new_once_a_drill"
            ),
        ]
        indexes = [models.Index(fields=["learner", "made_at"], name="practice_answers_by_day")]

    def __str__(self) -> str:
        return str(self.drill_key)
