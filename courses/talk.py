"""Writing on a lesson, answering, and what somebody does about words she does not want to read."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses import notices
from courses.access import looks_after
from courses.models import Block, Enrolment, HiddenPost, LessonPage, Notice, Post, PostReport, Silence
from courses.models.notices import Kind

MOST_REPLIES = 50  # to one post: so a page has an end
MOST_POSTS = ((timedelta(minutes=10), 6), (timedelta(days=1), 50))
MOST_REPORTS_A_DAY = 20
GONE = gettext_lazy("What you want to answer is not there any more.")


class TalkRefused(ValidationError):
    """It cannot be written now; the message says why, in her language."""


@transaction.atomic
def write(*, writer: Any, lesson: LessonPage, text: str, client_id: uuid.UUID, answers: Post | None = None) -> Post:
    """Put words under ``lesson``, perhaps in answer to a post that the writer sees. A form sent twice is one post.

    An answer to an answer joins the same conversation. Raises TalkRefused for who is silenced or writes too much, and
    when a conversation is full or what is answered is gone. The caller has checked ``may_talk``.
    """
    answered = {answers.writer_id, (answers.parent or answers).writer_id} if answers else set()
    notices.take_turns({writer.pk} | answered)  # all at once, so that two who answer each other do not wait for ever
    if existing := Post.objects.filter(writer=writer, client_id=client_id).first():
        return existing
    shelf_id = lesson.course.shelf.pk
    check_silence(writer, shelf_id)
    check_pace(Post.objects.filter(writer=writer))
    post = Post.objects.create(
        writer=writer,
        client_id=client_id,
        shelf_id=shelf_id,
        course_key=lesson.course.course_key,
        lesson_key=lesson.lesson_key,
        course_title=lesson.course.title,
        lesson_title=lesson.title,
        parent=_checked_thread(answers, lesson),
        text=_words(text),
        **_readers(writer, lesson, answers),
    )
    log(post, "courses.write_post", user=writer)
    if answered:
        _tell_of_answer(post, answered - {writer.pk})
    return post


def _readers(writer: Any, lesson: LessonPage, answers: Post | None) -> dict[str, Any]:
    """Return for whom it is: a learner's for her group; what an instructor says for all, her answer for who asked.

    An instructor who takes her own course speaks as its instructor.
    """
    if not looks_after(writer, lesson):
        enrolment = Enrolment.objects.owned_by(writer).filter(course_key=lesson.course.course_key).first()
        return {"cohort_id": enrolment and enrolment.cohort_id, "to_all": False}
    if answers:
        return {"cohort_id": answers.cohort_id, "to_all": answers.to_all}
    return {"cohort_id": None, "to_all": True}


def thread_url(lesson_key: uuid.UUID, thread_id: uuid.UUID) -> str:
    """Return the address of one conversation; notices lead there."""
    return f"{reverse('courses:talk', args=[lesson_key])}?thread={thread_id}#post-{thread_id}"


def place_of(post: Post) -> str:
    """Return the address where its writer finds a post."""
    if post.video_id:
        return f"{reverse('courses:group_videos', args=[post.course_key])}#said"
    return thread_url(post.lesson_key, post.parent_id or post.pk)


def _tell_of_answer(post: Post, people: set[int]) -> None:
    """Tell those who were answered, without a name and without the words; of a busy conversation once until they look.

    Nobody hears of an instructor whom she has blocked. What a mail has said by now does not wait for her any more.
    """
    url = thread_url(post.lesson_key, post.parent_id)
    waits = Q(in_app=True) | Q(by_mail=True, mailed_at=None)
    told = Notice.objects.filter(waits, learner__in=people, url=url, read_at=None).values_list("learner_id", flat=True)
    shut = Block.objects.filter(learner__in=people, person=post.writer).values_list("learner_id", flat=True)
    people = people - set(told) - set(shut)
    notices.tell(people=people, kind=Kind.REPLY, event=f"reply:{post.pk}", title=post.lesson_title, url=url)


def _words(text: str) -> str:
    """Return ``text`` with the same ends of line everywhere. Raises TalkRefused when nothing is left."""
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        raise TalkRefused(_("Write a few words first."))
    return words


def check_pace(mine: Any) -> None:
    """Raise TalkRefused for somebody who writes too much; ``mine`` are her posts."""
    for span, most in MOST_POSTS:
        if mine.filter(written_at__gt=timezone.now() - span).count() >= most:
            raise TalkRefused(_("You have written a lot just now. Take a break, and write again later."))


def _checked_thread(answers: Post | None, lesson: LessonPage) -> Post | None:
    if answers is None:
        return None
    thread = answers.parent or answers
    if thread.lesson_key != lesson.lesson_key or answers.state != Post.State.SHOWN:
        raise TalkRefused(GONE)
    if thread.replies.count() >= MOST_REPLIES:
        raise TalkRefused(_("This conversation is long. Please begin a new one."))
    return thread


def check_silence(person: Any, shelf_id: uuid.UUID) -> None:
    """Raise TalkRefused for somebody who may only read on a shelf now."""
    if silence := Silence.objects.now(person=person, shelf_id=shelf_id).first():
        raise TalkRefused(silence_words(silence))


def silence_words(silence: Silence) -> str:
    """Say until when somebody may not write here, and why."""
    until = formats.date_format(timezone.localtime(silence.until), "DATETIME_FORMAT")
    words = _("You can read here, and write again from %(until)s. The reason: %(because)s")
    return words % {"until": until, "because": silence.because}


@transaction.atomic
def edit(*, post: Post, text: str, by: Any) -> Post:
    """Change her own words while she may. Raises TalkRefused when it is too late, and for who is silenced."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if not post.may_be_edited_by(by):
        raise TalkRefused(_("It is too late to change it. You can still take it back."))
    check_silence(by, post.shelf_id)
    post.text, post.edited_at = _words(text), timezone.now()
    post.save(update_fields=["text", "edited_at"])
    return post


@transaction.atomic
def take_back(*, post: Post, by: Any) -> None:
    """Take her own words away, whenever she likes; a line without words stays. Twice is harmless."""
    mine = Post.objects.filter(pk=post.pk, writer=by, state=Post.State.SHOWN)
    if mine.update(state=Post.State.TAKEN_BACK, text=""):
        log(post, "courses.take_back_post", user=by)


def hide(*, post: Post, by: Any) -> None:
    """Never show ``post`` to her again; nobody else notices."""
    if post.writer_id != by.pk:
        HiddenPost.objects.get_or_create(learner=by, post=post)


def show_again(*, post_id: uuid.UUID, by: Any) -> None:
    """Let her see a post that she has hidden."""
    HiddenPost.objects.owned_by(by).filter(post=post_id).delete()


def block(*, writer_of: Post, by: Any) -> None:
    """Let two people see nothing of each other any more. The other is not told, and no log says it to a third."""
    if writer_of.writer_id != by.pk:
        Block.objects.get_or_create(learner=by, person_id=writer_of.writer_id)


@transaction.atomic
def report(*, post: Post, reason: str, note: str, by: Any) -> PostReport:
    """Ask whoever looks after the course to look at ``post``, once until it is settled; she sees it no more.

    Raises TalkRefused for her own words, and after very many reports in a day.
    """
    if post.writer_id == by.pk:
        raise TalkRefused(_("These are your own words. You can take them back."))
    notices.take_turns([by.pk])
    known = PostReport.objects.filter(post=post, reporter=by, settled_at=None).first()
    if known is None:
        day_ago = timezone.now() - timedelta(days=1)
        if PostReport.objects.filter(reporter=by, made_at__gt=day_ago).count() >= MOST_REPORTS_A_DAY:
            raise TalkRefused(_("You have reported a lot today. Block a person to see nothing more of hers."))
        known = PostReport.objects.create(
            post=post, reporter=by, reason=PostReport.Reason(reason), note=note.strip(), words=post.text
        )
        log(post, "courses.report_post", user=None, data={"reason": reason})  # who reported is nobody's business
    hide(post=post, by=by)
    return known
