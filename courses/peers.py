"""Asking one's group what it thinks of a video, and answering: two things that work and one to try."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import notices
from courses.models import Block, Enrolment, Post, Submission
from courses.models.notices import Kind
from courses.sharing import group_of, locked
from courses.talk import TalkRefused, check_pace, check_silence, place_of

MOST_OPEN = 3  # videos about which she asks at a time
MOST_ANSWERS = 12  # about one video


@transaction.atomic
def ask(*, submission: Submission, by: Any) -> None:
    """Ask the group that sees her video what it thinks of it; twice asks once. The caller has checked that it is hers.

    Raises TalkRefused while no group that she is in sees it, for who may only read now, and while she asks about many.
    """
    submission = locked(submission)
    others = list(_others(submission).values_list("pk", flat=True))
    notices.take_turns({by.pk, *others})
    if submission.asked_peers_at:
        return
    cohort = group_of(by, submission.course_key)
    if cohort is None or cohort != submission.cohort or not submission.asset.is_playable:
        raise TalkRefused(_("Your group has to see the video before you ask what it thinks of it."))
    check_silence(by, submission.shelf_id)
    if Submission.objects.owned_by(by).filter(asked_peers_at__isnull=False).count() >= MOST_OPEN:
        raise TalkRefused(_("You ask about several videos already. Take one of them back first."))
    submission.asked_peers_at = timezone.now()
    submission.save(update_fields=["asked_peers_at"])
    log(submission, "courses.ask_group", user=by)
    notices.tell(
        people=others,
        kind=Kind.PEERS,
        event=submission.asked_event,
        title=submission.title,
        url=reverse("courses:group_video", args=[submission.pk]),
    )


def _others(submission: Submission) -> QuerySet[Any]:
    """Return the others of the group, without whom she has blocked and who has blocked her."""
    group = Enrolment.objects.filter(course_key=submission.course_key, cohort=submission.cohort_id)
    people = get_user_model().objects.filter(pk__in=group.values("learner")).exclude(pk=submission.learner_id)
    people = people.exclude(pk__in=Block.objects.filter(learner=submission.learner_id).values("person"))
    return people.exclude(pk__in=Block.objects.filter(person=submission.learner_id).values("learner"))


@transaction.atomic
def answer(*, submission: Submission, by: Any, client_id: uuid.UUID, works: str, works_too: str, to_try: str) -> Post:
    """Say what ``by`` thinks of a video to her who made it, once; a form sent twice is one post.

    Each part is one paragraph. Raises TalkRefused when she is not asked (any more), has said something already, may
    only read now or writes too much.
    """
    notices.take_turns({by.pk, submission.learner_id})
    if existing := Post.objects.filter(writer=by, client_id=client_id).first():
        return existing
    asked = Submission.objects.shared_with(by).filter(pk=submission.pk, asked_peers_at__isnull=False).first()
    if asked is None:
        raise TalkRefused(_("She does not ask about this video any more."))
    said = asked.feedback.exclude(state=Post.State.TAKEN_BACK)
    if said.filter(writer=by).exists():
        raise TalkRefused(_("You have said something about this video already."))
    if said.count() >= MOST_ANSWERS:
        raise TalkRefused(_("She has many answers already. Thank you all the same."))
    check_silence(by, asked.shelf_id)
    check_pace(Post.objects.filter(writer=by))
    post = Post.objects.create(
        writer=by,
        client_id=client_id,
        shelf_id=asked.shelf_id,
        course_key=asked.course_key,
        lesson_key=asked.lesson_key,
        course_title=asked.course_title,
        lesson_title=asked.lesson_title,
        cohort_id=asked.cohort_id,
        video=asked,
        text="\n\n".join([works, works_too, to_try]),
    )
    log(post, "courses.write_post", user=by)
    notices.tell(
        people=[asked.learner_id],
        kind=Kind.PEERS,
        event=f"peer:{post.pk}",
        title=asked.title,
        url=said_url(asked),
    )
    return post


def said_url(submission: Submission) -> str:
    """Return the address where she reads what her group says about a video of hers."""
    return f"{reverse('courses:feedback', args=[submission.pk])}#group"


@transaction.atomic
def thank(*, post: Post, by: Any) -> None:
    """Let the writer know once that her words helped. The caller has checked that they are about a video of hers."""
    if Post.objects.filter(pk=post.pk, thanked_at=None, video__learner=by).update(thanked_at=timezone.now()):
        notices.tell(
            people=[post.writer_id],
            kind=Kind.PEERS,
            event=f"thanks:{post.pk}",
            title=post.video.title,
            url=place_of(post),
        )
