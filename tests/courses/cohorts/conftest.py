"""A group, one of its members, and a noon at which every test happens."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from courses.cohorts import join_cohort
from tests.courses.cohort_days import make_cohort


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """One and the same moment, so that no run passes midnight."""
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("courses.days.timezone.now", lambda: noon)


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def cohort(course):
    return make_cohort(course)


@pytest.fixture
def member(learner, course, cohort):
    join_cohort(learner=learner, cohort=cohort, course=course)
    return learner
