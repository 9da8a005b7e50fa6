"""Talking about a lesson with those who take the same course: the page of a lesson, one post, and who is blocked."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses import talk
from courses.access import looks_after, may_talk
from courses.forms import PostForm, ReportForm
from courses.lesson import lesson_in
from courses.models import Block, HiddenPost, LessonPage, Notice, Post, Silence
from courses.notices import mark_read
from courses.talk import TalkRefused
from courses.views.replays import replayable

THREADS_A_PAGE = 10
A_PAGE = 50


def talk_url(lesson_key: uuid.UUID) -> str:
    """Return the address of what is said about a lesson."""
    return reverse("courses:talk", args=[lesson_key])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@replayable
def lesson(request: HttpRequest, lesson_key: uuid.UUID) -> HttpResponse:
    """Show what is said about a lesson, the newest first, and take new words; ``answer`` names a post to answer."""
    found = lesson_in(get_language(), lesson_key)
    if found is None:
        raise Http404
    if not may_talk(request.user, found):
        raise PermissionDenied
    posts = Post.objects.visible_to(request.user).filter(lesson_key=lesson_key, video=None).with_teaches()
    posts = posts.select_related("writer", "cohort", "parent")
    answers = _answered(request, posts)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("answer") and answers is None:
                raise TalkRefused(talk.GONE)
            post = talk.write(writer=request.user, lesson=found, answers=answers, **form.cleaned_data)
        except TalkRefused as refused:
            form.add_error(None, refused)
        else:
            only = f"?thread={post.parent_id}" if post.parent_id else ""
            return redirect(f"{talk_url(lesson_key)}{only}#post-{post.pk}")
    page = _threads(request, posts)
    _mark_read(request, page)
    context = {
        "lesson": found,
        "shows_groups": looks_after(request.user, found),
        "page_obj": page,
        "form": form,
        "answers": answers,
        "silence": _silence(request, found),
        "only_one": "thread" in request.GET,
    }
    return render(request, "courses/talk.html", context, status=422 if form.errors else 200)


def _mark_read(request: HttpRequest, page: Page) -> None:
    """Take as read what told her of the conversations that stand before her now."""
    if not request.user.notices_unread:
        return
    urls = [talk.thread_url(thread.lesson_key, thread.pk) for thread in page.object_list]
    news = Notice.objects.owned_by(request.user).filter(url__in=urls, read_at=None)
    if news.exists():
        mark_read(notices=news, by=request.user)


def _answered(request: HttpRequest, posts: object) -> Post | None:
    """Return the post that she answers, None when she begins a conversation; 404 for one that she cannot see.

    None too for one that is gone while she wrote, so that her words stay before her.
    """
    text = request.POST.get("answer") or request.GET.get("answer")
    if not text:
        return None
    found = posts.filter(pk=uuid_or_404(text)).first()
    if found is None and request.method != "POST":
        raise Http404
    return found


def uuid_or_404(text: str) -> uuid.UUID:
    """Return the id in ``text``."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _threads(request: HttpRequest, posts: object) -> Page:
    replies = Prefetch("replies", queryset=posts.order_by("written_at", "pk"), to_attr="shown_replies")
    threads = posts.filter(parent=None)
    if only := request.GET.get("thread"):
        threads = threads.filter(pk=uuid_or_404(only))
    threads = threads.prefetch_related(replies).order_by("-written_at", "pk")
    return Paginator(threads, THREADS_A_PAGE).get_page(request.GET.get("page"))


def _silence(request: HttpRequest, found: LessonPage) -> str:
    silence = Silence.objects.now(person=request.user, shelf_id=found.course.shelf.pk).first()
    return talk.silence_words(silence) if silence else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def post(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """Show one post with what she can do: change it or take it back; or report it, hide it, block its writer."""
    seen = Q(pk__in=Post.objects.visible_to(request.user).filter(pk=post_id).values("pk"))
    found = get_object_or_404(  # her own words are hers also where she does not see what they answer
        Post.objects.filter(seen | Q(writer=request.user)).with_teaches().select_related("writer"),
        pk=post_id,
        state=Post.State.SHOWN,
    )
    action = request.POST.get("action", "")
    forms = {
        "edit_form": PostForm(request.POST if action == "edit" else None, initial={"text": found.text}),
        "report_form": ReportForm(request.POST if action == "report" else None),
    }
    if request.method == "POST" and (done := _done(request, found, action, forms)):
        messages.success(request, done)
        return redirect(_whence(request, found))
    context = {
        "post": found,
        "up_url": _whence(request, found),
        "is_hers": found.writer_id == request.user.pk,
        "may_edit": found.may_be_edited_by(request.user),
        "may_moderate": request.user.works_here and Post.objects.moderated_by(request.user).filter(pk=post_id).exists(),
    }
    has_errors = any(form.errors for form in forms.values())
    return render(request, "courses/post.html", context | forms, status=422 if has_errors else 200)


def _whence(request: HttpRequest, found: Post) -> str:
    """Return the address where she reads a post: with a lesson, beside a video of hers, or with her group's videos."""
    if found.video_id is None:
        return talk_url(found.lesson_key)
    if found.writer_id == request.user.pk:
        return talk.place_of(found)
    return reverse("courses:feedback", args=[found.video_id]) + "#group"


def _done(request: HttpRequest, found: Post, action: str, forms: dict[str, PostForm | ReportForm]) -> str:
    """Do what the button says and return what to tell her; empty when the form needs another look."""
    user, form = request.user, forms.get(f"{action}_form")
    if form and not form.is_valid():
        return ""
    try:
        if action == "edit":
            talk.edit(post=found, text=form.cleaned_data["text"], by=user)
            return _("Your words are changed.")
        if action == "report":
            talk.report(post=found, by=user, **form.cleaned_data)
            return _("Thank you for telling us. We look at it, and you do not see these words any more.")
    except TalkRefused as refused:
        form.add_error(None, refused)
        return ""
    if action == "take back" and found.writer_id == user.pk:
        talk.take_back(post=found, by=user)
        return _("You have taken back what you wrote.")
    if action == "hide" and found.writer_id != user.pk:
        talk.hide(post=found, by=user)
        return _("You do not see these words any more.")
    if action == "block" and found.writer_id != user.pk:
        talk.block(writer_of=found, by=user)
        return _("You and this person see nothing of each other any more. Nobody is told.")
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def blocked(request: HttpRequest) -> HttpResponse:
    """List the people whose words she does not see and the words she has hidden, each with a way back."""
    hers = Block.objects.owned_by(request.user).select_related("person").order_by("-made_at")
    if request.method == "POST":
        if hidden := request.POST.get("post"):
            talk.show_again(post_id=uuid_or_404(hidden), by=request.user)
        else:
            hers.filter(pk=uuid_or_404(request.POST.get("block", ""))).delete()
        return redirect("courses:blocked")
    hidden = HiddenPost.objects.owned_by(request.user).select_related("post__writer").order_by("-pk")
    context = {
        "page_obj": Paginator(hers, A_PAGE).get_page(request.GET.get("page")),
        "hidden": list(hidden[:A_PAGE]),
        "own": list(Post.objects.out_of_sight_of(request.user).order_by("-written_at")[:A_PAGE]),
    }
    return render(request, "courses/blocked.html", context)
