"""The people who appear in every test, each with one role."""

import pytest

from tests.factories.accounts import UserFactory


@pytest.fixture
def learner(db):
    return UserFactory(role="learner")


@pytest.fixture
def creator(db):
    return UserFactory(role="creator")


@pytest.fixture
def instructor(db):
    return UserFactory(role="instructor")


@pytest.fixture
def preparer(db):
    return UserFactory(role="finance preparer")


@pytest.fixture
def approver(db):
    return UserFactory(role="finance approver")


@pytest.fixture
def administrator(db):
    return UserFactory(role="administrator")


@pytest.fixture
def outsider(db):
    """Somebody with an account and nothing else."""
    return UserFactory()
