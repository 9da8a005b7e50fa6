"""A small programme with rows of recommendations, laid by hand."""

import pytest

from courses.models import Enrolment, Graduation, Recommendation
from tests.factories import courses as make


@pytest.fixture
def taken(shelf):
    """The course that she takes."""
    return make.make_course(shelf, title="Window light")


@pytest.fixture
def other(shelf):
    """A course that could come next."""
    return make.make_course(shelf, title="Clean sound")


@pytest.fixture
def her(learner, taken):
    """The learner, who has joined the one course."""
    join(learner, taken)
    return learner


def join(person, course, **values):
    return Enrolment.objects.create(
        learner=person, course_key=course.course_key, course_title=course.title, shelf=course.shelf, **values
    )


@pytest.fixture
def joins():
    return join


@pytest.fixture
def finishes():
    def finish(person, course):
        return Graduation.objects.create(learner=person, course_key=course.course_key, course_title=course.title)

    return finish


@pytest.fixture
def row():
    """Lay one row."""

    def lay(course, basis="popular", because=None, learner=None, rank=0):
        because_key = because.course_key if because else None
        return Recommendation.objects.create(
            learner=learner, course_key=course.course_key, basis=basis, because_key=because_key, rank=rank
        )

    return lay
