"""Showing a lesson, or the way into it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from courses.access import may_watch
from courses.models import LessonPage
from courses.outline import outlines_of, record_of


def show_lesson(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    """Show ``lesson`` to those who may watch it; the others see its course and how to join."""
    is_preview = getattr(request, "is_preview", False)  # the admin has checked who may see a draft
    if is_preview or may_watch(request.user, lesson):
        return TemplateResponse(request, lesson.get_template(request), lesson.get_context(request))
    (outline,) = outlines_of([lesson.course], record_of(request.user))
    context = {"page": lesson, "self": lesson, "course": lesson.course, "outline": outline}
    return TemplateResponse(request, "courses/lesson_closed.html", context)
