"""Where they get stuck: the charts of a course and of a lesson, for who teaches it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses import insight
from courses.charts import Chart, shown
from courses.languages import in_language
from courses.models import CoursePage
from courses.spreadsheets import csv_of


@require_safe
@never_cache
@login_required
def courses(request: HttpRequest) -> HttpResponse:
    """List her courses with their learners."""
    pages = insight.courses_of(request.user)
    if not pages:
        raise Http404
    learners = insight.learners_by_course(request.user)
    hers = in_language(pages, get_language())
    rows = [(page, shown(learners.get(key, 0))) for key, page in hers.items()]
    return render(request, "courses/insight.html", {"courses": rows})


@require_safe
@never_cache
@login_required
def course(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """Show a course of hers from lesson to lesson, and how her answers come."""
    page = _her_course(request, course_key)
    lessons = list(page.lessons.defer("body"))
    learners = insight.her_learners(request.user, course_key).count()
    charts = [
        insight.lessons_chart(request.user, page, lessons, learners),
        insight.tries_chart(request.user, page),
        insight.waiting_chart(request.user, page),
    ]
    return _answer(request, charts, {"course": page, "learners": shown(learners)})


@require_safe
@never_cache
@login_required
def lesson(request: HttpRequest, course_key: uuid.UUID, lesson_key: uuid.UUID) -> HttpResponse:
    """Show a lesson of hers from piece to piece, its videos and its questions."""
    page = _her_course(request, course_key)
    found = page.lessons.filter(translation_key=lesson_key).first()
    if found is None:
        raise Http404
    learners = insight.her_learners(request.user, course_key).count()
    charts = [
        insight.pieces_chart(request.user, page, found, learners),
        *insight.retention_charts(request.user, page, found),
        *insight.questions_charts(request.user, page, found),
    ]
    return _answer(request, charts, {"course": page, "lesson": found, "learners": shown(learners)})


def _her_course(request: HttpRequest, course_key: uuid.UUID) -> CoursePage:
    hers = in_language(insight.courses_of(request.user), get_language())
    if course_key not in hers:
        raise Http404
    return hers[course_key]


def _answer(request: HttpRequest, charts: list[Chart], context: dict[str, object]) -> HttpResponse:
    """Show the charts, or send one of them as a file when ``?file=`` names it."""
    key = request.GET.get("file")
    if key is None:
        return render(request, "courses/insight_charts.html", context | {"charts": charts})
    chart = next((chart for chart in charts if chart.key == key), None)
    if chart is None:
        raise Http404
    name = f"hearthlight-{chart.key}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_of(chart.table), content_type="text/csv; charset=utf-8", headers=headers)
