"""One small programme for the tests of learning."""

import pytest

from courses.enrolment import enrol
from tests.factories import courses as make


@pytest.fixture
def shelf(instructor):
    return make.make_shelf(instructor)


@pytest.fixture
def course(shelf):
    return make.make_course(shelf)


@pytest.fixture
def lesson(course):
    """A lesson with each kind of piece: reading, video, quiz, assignment."""
    asset = make.make_asset()
    return make.make_lesson(course, make.text(), make.video(asset), make.quiz(), make.assignment())


@pytest.fixture
def enrolled(learner, course):
    """The learner, who has joined the course."""
    enrol(learner=learner, course=course)
    return learner
