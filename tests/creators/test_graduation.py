"""A graduation makes the profile in its own transaction, or neither happens."""

import uuid

import pytest
from django.db import transaction

from courses.models import Graduation
from courses.signals import graduating
from creators.models import Profile

pytestmark = pytest.mark.django_db


def graduate(learner):
    """Do what a graduation does around the signal."""
    with transaction.atomic():
        graduation = Graduation.objects.create(learner=learner, course_key=uuid.uuid4(), course_title="A course")
        graduating.send(sender=Graduation, graduation=graduation)


def test_the_first_graduation_makes_a_private_profile_and_the_second_keeps_it(learner):
    graduate(learner)
    profile = Profile.objects.get(user=learner)
    assert profile.published_at is None
    assert learner.has_role("creator")
    graduate(learner)
    assert Profile.objects.get() == profile


def test_without_a_profile_there_is_no_graduation(learner, monkeypatch):
    def fail(**_kwargs):
        raise RuntimeError

    monkeypatch.setattr("creators.receivers.make_profile", fail)
    with pytest.raises(RuntimeError):
        graduate(learner)
    assert not Graduation.objects.exists()
    assert not Profile.objects.exists()


def test_without_a_graduation_there_is_no_profile(learner):
    with transaction.atomic():
        graduate(learner)
        transaction.set_rollback(True)
    assert not Profile.objects.exists()
    learner.__dict__.pop("roles", None)
    assert not learner.has_role("creator")
