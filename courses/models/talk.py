"""What the people of a course write to each other, on a lesson or about a video; nobody else reads it."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.models.learning import Enrolment
from courses.models.owned import Owned
from courses.models.shelves import Shelf

LONGEST = 2000  # letters
EDITABLE = timedelta(minutes=30)


class PostQuerySet(models.QuerySet["Post"]):
    """Sets of posts."""

    def visible_to(self, user: Any) -> "PostQuerySet":
        """Return what ``user`` reads: of her group and what she teaches, without whom and what she has shut out.

        Words about a video are for her who made it, not for the group. Two people of whom one has blocked the other
        see nothing of each other, nor what stands below it; but nobody hides from who looks after a course by
        blocking her.
        """
        if not user.is_authenticated:
            return self.none()
        found, taught = self, Q()
        if not (user.is_superuser or user.has_role("administrator")):
            taught = Q(shelf__in=Shelf.objects.of(user).values("pk"))
            talk = Q(video=None) & (_of_her_group(user) | Q(parent__writer=user))
            found = found.filter(talk | Q(video__learner=user) | taught | Q(writer=user))
        for place in ("", "parent__"):
            found = found.exclude(_unwanted(user, place))
            if taught:
                found = found.exclude(_hidden_from(user, place) & ~taught)
        return found

    def out_of_sight_of(self, user: Any) -> "PostQuerySet":
        """Return the words of ``user`` that stand below something which she does not see any more."""
        below = _unwanted(user, "parent__") | _hidden_from(user, "parent__")
        return self.filter(below, writer=user, state=Post.State.SHOWN)

    def moderated_by(self, user: Any) -> "PostQuerySet":
        """Return those that ``user`` decides about: of her shelves, or of all for an administrator; never her own."""
        if not user.is_authenticated:
            return self.none()
        found = self.exclude(writer=user)
        if user.is_superuser or user.has_role("administrator"):
            return found
        return found.filter(shelf__in=Shelf.objects.of(user).values("pk"))

    def reported(self) -> "PostQuerySet":
        """Return those with a report that nobody has settled."""
        return self.filter(Exists(PostReport.objects.filter(post=OuterRef("pk"), settled_at=None)))

    def with_teaches(self) -> "PostQuerySet":
        """Add ``by_teacher``: whether the writer teaches on the shelf. Anybody may call herself an instructor."""
        teachers = Shelf.objects.filter(pk=OuterRef("shelf"), group__user=OuterRef("writer"))
        return self.annotate(by_teacher=Exists(teachers))


def _of_her_group(user: Any) -> Q:
    """Return what is for ``user`` in her courses: for everybody there, or of her own group, or of those without one."""
    hers = Enrolment.objects.owned_by(user).filter(course_key=OuterRef("course_key"))
    with_her = Exists(hers.filter(cohort=OuterRef("cohort")))
    return Q(with_her) | (Q(to_all=True) & Exists(hers)) | (Q(cohort=None) & Exists(hers.filter(cohort=None)))


def _unwanted(user: Any, place: str) -> Q:
    """Return what ``user`` has hidden, and the words of whom she has blocked; ``place`` leads to the post."""
    blocks = Block.objects.filter(learner=user, person=OuterRef(f"{place}writer"))
    hidden = HiddenPost.objects.filter(learner=user, post=OuterRef(f"{place}pk"))
    return Q(Exists(blocks)) | Q(Exists(hidden))


def _hidden_from(user: Any, place: str) -> Q:
    """Return the words of those who have blocked ``user``."""
    return Q(Exists(Block.objects.filter(learner=OuterRef(f"{place}writer"), person=user)))


class Post(models.Model):
    """Words of one person on a lesson; ``parent`` is the post that it answers, always one without a parent.

    They are read by the learners of ``cohort``, by those without one when it is empty, or ``to_all`` of the course.
    With a ``video`` they are what a peer says about it, three paragraphs for the one who made it.

    ``client_id`` comes with the form, so that a form sent twice is one post.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("Shown")
        TAKEN_BACK = "taken back", _("Taken back")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.UUIDField()
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+")
    course_key = models.UUIDField()
    lesson_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    lesson_title = models.CharField(_("lesson"), max_length=255)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_all = models.BooleanField(default=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    video = models.ForeignKey(
        "courses.Submission", on_delete=models.PROTECT, null=True, blank=True, related_name="feedback"
    )
    thanked_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(_("words"), max_length=LONGEST, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SHOWN)
    removed_because = models.CharField(_("why it was removed"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["writer", "client_id"], name="post_form_counts_once"),
            models.UniqueConstraint(
                fields=["writer", "video"], condition=~Q(state="taken back"), name="post_one_about_a_video"
            ),
            models.CheckConstraint(condition=~Q(state="shown") | ~Q(text=""), name="post_shown_has_words"),
            models.CheckConstraint(condition=~Q(state="taken back") | Q(text=""), name="post_taken_back_is_empty"),
            models.CheckConstraint(
                condition=(Q(state="removed") & ~Q(removed_because="")) | (~Q(state="removed") & Q(removed_because="")),
                name="post_removed_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=models.F("id")), name="post_answers_another"),
        ]
        indexes = [
            models.Index(fields=["lesson_key", "-written_at"], condition=Q(parent=None), name="post_threads"),
            models.Index(fields=["writer", "-written_at"], name="post_of_writer"),
        ]

    def __str__(self) -> str:
        return self.lesson_title

    def may_be_edited_by(self, user: Any) -> bool:
        """Say whether ``user`` may still change the words: her own, for half an hour, and not those about a video."""
        fresh = self.video_id is None and timezone.now() - self.written_at < EDITABLE
        return self.writer_id == user.pk and self.state == self.State.SHOWN and fresh

    @property
    def paragraphs(self) -> list[str]:
        """The words about a video: two things that work, and one to try."""
        return self.text.split("\n\n")


class HiddenPost(Owned):
    """A post that somebody does not want to see any more."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("hidden post")
        verbose_name_plural = _("hidden posts")
        constraints = [models.UniqueConstraint(fields=["learner", "post"], name="post_hidden_once")]

    def __str__(self) -> str:
        return str(self.post_id)


class Block(Owned):
    """Somebody whose words ``learner`` does not want to see. Neither sees the other's, and nobody is told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["learner", "person"], name="block_once_a_person"),
            models.CheckConstraint(condition=~Q(learner=models.F("person")), name="block_somebody_else"),
        ]
        indexes = [models.Index(fields=["person", "learner"], name="block_from_the_other_side")]

    def __str__(self) -> str:
        return str(self.pk)


class PostReport(models.Model):
    """Somebody says that a post should not stand there. ``words`` are those of the post when she said so."""

    class Reason(models.TextChoices):
        UNKIND = "unkind", _("It is unkind")
        PRIVATE = "private", _("It shows something private")
        AFRAID = "afraid", _("It frightens me")
        SELLING = "selling", _("It wants to sell something")
        OTHER = "other", _("Something else")

    class Decision(models.TextChoices):
        KEPT = "kept", _("Kept")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("what is wrong with it"), max_length=8, choices=Reason.choices)
    note = models.CharField(_("what we should know"), max_length=500, blank=True)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of a post")
        verbose_name_plural = _("reports of posts")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"], condition=Q(settled_at=None), name="post_reported_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, decision="") | (Q(settled_at__isnull=False) & ~Q(decision="")),
                name="post_report_settled_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class SilenceQuerySet(models.QuerySet["Silence"]):
    """Sets of silences."""

    def now(self, *, person: Any, shelf_id: Any) -> "SilenceQuerySet":
        """Return those that keep ``person`` from writing on a shelf now, the longest first."""
        return self.filter(person=person, shelf_id=shelf_id, until__gt=timezone.now()).order_by("-until")


class Silence(models.Model):
    """Somebody may not write on the courses of a shelf for a while; she reads as before."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(_("why"), max_length=300)
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    objects = SilenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("made_at")), name="silence_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(because=""), name="silence_has_a_reason"),
        ]
        indexes = [models.Index(fields=["person", "shelf", "until"], name="silence_of_person")]

    def __str__(self) -> str:
        return self.because
