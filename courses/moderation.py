"""What whoever looks after a course decides about words that were reported. Each decision is in the log."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import notices
from courses.models import Post, PostReport, Shelf, Silence
from courses.models.notices import Kind
from courses.talk import TalkRefused, place_of

SILENCE_DAYS = (1, 7, 30)


def _checked(post: Post, by: Any) -> Post:
    """Return ``post``, locked. Raises TalkRefused for who may not decide about it."""
    found = Post.objects.moderated_by(by).select_for_update(of=("self",), no_key=True).filter(pk=post.pk).first()
    if found is None:
        raise TalkRefused(_("You cannot decide about these words."))
    return found


def _settle(post: Post, decision: str) -> None:
    post.reports.filter(settled_at=None).update(decision=decision, settled_at=timezone.now())


@transaction.atomic
def keep(*, post: Post, by: Any) -> None:
    """Let it stand, or put it back when it was removed. Raises TalkRefused for who may not decide."""
    post = _checked(post, by)
    if post.state == Post.State.REMOVED:
        post.state = Post.State.SHOWN if post.text else Post.State.TAKEN_BACK
        post.removed_because = ""
        post.save(update_fields=["state", "removed_because"])
        notices.unsay(person_id=post.writer_id, event=f"removed:{post.pk}")
    _settle(post, PostReport.Decision.KEPT)
    log(post, "courses.keep_post", user=by)


@transaction.atomic
def remove(*, post: Post, because: str, by: Any) -> None:
    """Take the words off the page; their writer reads why. Raises TalkRefused for who may not decide.

    She is told each time that they go, and not again when only the reason is changed.
    """
    post = _checked(post, by)
    is_new = post.state != Post.State.REMOVED
    post.state, post.removed_because = Post.State.REMOVED, because.strip()
    post.save(update_fields=["state", "removed_because"])
    _settle(post, PostReport.Decision.REMOVED)
    log(post, "courses.remove_post", user=by, data={"because": post.removed_because})
    if is_new:
        notices.tell(
            people=[post.writer_id],
            kind=Kind.REPLY,
            event=f"removed:{post.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
            title=post.lesson_title,
            url=place_of(post),
        )


@transaction.atomic
def silence(*, writer_of: Post, days: int, because: str, by: Any) -> Silence:
    """Let the writer only read on this shelf for ``days``. Raises TalkRefused for who may not decide, and a teacher."""
    post = _checked(writer_of, by)
    if Shelf.objects.of(post.writer).filter(pk=post.shelf_id).exists():
        raise TalkRefused(_("She teaches here herself. Please talk to her."))
    now = timezone.now()
    made = Silence.objects.create(
        person=post.writer,
        shelf_id=post.shelf_id,
        because=because.strip(),
        made_at=now,
        until=now + timedelta(days=days),
    )
    log(post, "courses.silence", user=by, data={"days": days, "because": made.because})
    return made


@transaction.atomic
def lift_silence(*, writer_of: Post, by: Any) -> None:
    """Let the writer write again. Raises TalkRefused for who may not decide."""
    post = _checked(writer_of, by)
    if Silence.objects.now(person=post.writer, shelf_id=post.shelf_id).update(until=timezone.now()):
        log(post, "courses.lift_silence", user=by)
