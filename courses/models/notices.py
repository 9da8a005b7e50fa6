"""What a person is told: one row an event and person, and how she wants to hear of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models.owned import Owned

# What happened, by the word before the colon of ``Notice.event``.
TEXTS: dict[str, Promise] = {
    "answer": gettext_lazy("Your instructor has answered: %(title)s"),
    "reply": gettext_lazy("Somebody answered what you wrote about “%(title)s”"),
    "asked": gettext_lazy("Somebody of your group asks what you think of a video: %(title)s"),
    "peer": gettext_lazy("Somebody of your group says what works in your video: %(title)s"),
    "thanks": gettext_lazy("Somebody thanks you for what you said about a video: %(title)s"),
    "removed": gettext_lazy("Words of yours about “%(title)s” were removed"),
    "lesson": gettext_lazy("There is a new lesson: %(title)s"),
    "deadline": gettext_lazy("Your group means to finish this lesson soon: %(title)s"),
    "goal": gettext_lazy("You have reached your goal for the week"),
    "overdue": gettext_lazy("This video waits longer for an answer than is promised: %(title)s"),
    "remind": gettext_lazy("You asked to be reminded of your goal for the week"),
}


class Kind(models.TextChoices):
    """What can be switched off on its own."""

    ANSWER = "answer", gettext_lazy("Answers to my videos")
    REPLY = "reply", gettext_lazy("Answers to what I write about a lesson")
    PEERS = "peers", gettext_lazy("Feedback on videos in my group")
    NEWS = "news", gettext_lazy("New lessons in my courses")
    DEADLINE = "deadline", gettext_lazy("Days that my group has set itself")
    GOAL = "goal", gettext_lazy("My goal for the week")
    WAITING = "waiting", gettext_lazy("Videos that wait for my answer longer than promised")


class Channel(models.TextChoices):
    """Where she hears of it."""

    APP = "app", gettext_lazy("Here")
    MAIL = "mail", gettext_lazy("By e-mail, once a day at most")


class Notice(Owned):
    """Something that happened, told to ``learner`` once. ``event`` is "what:id"; ``url`` begins with a slash.

    It stands in her list when ``in_app``, and in the next daily mail when ``by_mail``, unless she has read it by then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    event = models.CharField(max_length=80)
    title = models.CharField(max_length=255)
    url = models.CharField(max_length=255)
    in_app = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("notice")
        verbose_name_plural = gettext_lazy("notices")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "event"], name="notice_once_a_person")]
        indexes = [
            models.Index(fields=["learner", "-made_at"], condition=Q(in_app=True), name="notice_list"),
            models.Index(fields=["learner"], condition=Q(in_app=True, read_at=None), name="notice_unread"),
            models.Index(
                fields=["learner", "made_at"],
                condition=Q(by_mail=True, mailed_at=None, read_at=None),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return str(TEXTS[self.event.partition(":")[0]]) % {"title": self.title}

    def get_absolute_url(self) -> str:
        """Return the address that marks it as read and leads on."""
        return reverse("courses:notice", args=[self.pk])

    def words_for(self, person: object) -> str:
        """Return it as she reads it; where others use her phone too, without what it is about."""
        return _("There is something new for you.") if getattr(person, "shared_phone", False) else str(self)


class NoticeOff(Owned):
    """One kind of notice that she does not want on one channel."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)

    class Meta:
        verbose_name = gettext_lazy("notice switched off")
        verbose_name_plural = gettext_lazy("notices switched off")
        constraints = [models.UniqueConstraint(fields=["learner", "kind", "channel"], name="notice_off_once")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.channel}"


class Digest(Owned):
    """The one mail of a day; ``day`` is hers, in her time zone."""

    day = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("mail of a day")
        verbose_name_plural = gettext_lazy("mails of a day")
        constraints = [models.UniqueConstraint(fields=["learner", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return str(self.day)
