"""One small programme for the tests of learning."""

import pytest
from wagtail.models import Locale

from courses.cohorts import join_cohort
from courses.enrolment import enrol
from courses.shelves import add_language
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


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


@pytest.fixture
def group(course):
    """A group that takes the course together."""
    return make.make_cohort(course)


@pytest.fixture
def member(learner, course, group):
    """The learner, who takes the course with the group."""
    join_cohort(learner=learner, cohort=group, course=course)
    return learner


@pytest.fixture
def peer(course, group):
    """Another one of the same group."""
    return make.member_of(group, course, public_name="Mei")


@pytest.fixture
def sent(member, course):
    """A video that the member has sent in and shows to nobody."""
    lesson = make.make_lesson(course, make.assignment())
    asset = make.make_asset(member, title="VID_home_20261101.mp4")
    return submit(learner=member, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset)


@pytest.fixture
def friend(course):
    """Another learner of the same course."""
    person = UserFactory(role="learner", public_name="Mei")
    enrol(learner=person, course=course)
    return person


@pytest.fixture
def chinese(shelf):
    """A second language with its list of courses and shelf page."""
    locale, _made = Locale.objects.get_or_create(language_code="zh-hans")
    add_language(shelf=shelf, index=make.make_index(locale))
    return locale
