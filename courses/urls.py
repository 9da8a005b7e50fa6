"""Addresses of courses; the pages themselves are Wagtail's."""

from django.urls import URLPattern, URLResolver, path

from courses.views import learn, quiz, review, studio, verify

app_name = "courses"
PIECE = "learn/lessons/<uuid:lesson_key>/pieces/<uuid:piece_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("learn/", learn.dashboard, name="dashboard"),
    path("learn/courses/<uuid:course_key>/join/", learn.join, name="join"),
    path("learn/courses/<uuid:course_key>/continue/", learn.go_on, name="continue"),
    path("learn/progress/", learn.heartbeat, name="progress"),
    path(f"{PIECE}/done/", learn.done, name="done"),
    path(f"{PIECE}/quiz/", quiz.quiz, name="quiz"),
    path(f"{PIECE}/send/", studio.send, name="send"),
    path("learn/attempts/<uuid:attempt_id>/", quiz.attempt, name="attempt"),
    path("studio/", studio.studio, name="studio"),
    path("studio/<uuid:submission_id>/", studio.feedback, name="feedback"),
    path("review/", review.queue, name="queue"),
    path("review/next/", review.take_next, name="take_next"),
    path("review/<uuid:submission_id>/", review.desk, name="review"),
    path("verify/<uuid:certificate_id>/", verify.verify, name="verify"),
]
