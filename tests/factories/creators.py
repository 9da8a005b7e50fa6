"""Creators and their channels for tests."""

import uuid
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Collection

from courses.models import Audience, Certificate, Graduation, Shelf, Submission
from creators.models import Channel, ChannelState, Profile
from media_pipeline.models import Asset
from tests.factories.accounts import UserFactory


class ProfileFactory(factory.django.DjangoModelFactory):
    """Make a graduate with a private profile; ``published=True`` publishes it."""

    class Meta:
        model = Profile

    class Params:
        published = factory.Trait(published_at=factory.LazyFunction(timezone.now))

    user = factory.SubFactory(UserFactory, role="creator")
    slug = factory.Sequence(lambda n: f"creator-{n}")
    display_name = factory.Sequence(lambda n: f"Creator {n}")


class ChannelFactory(factory.django.DjangoModelFactory):
    """Make a claimed YouTube channel; ``confirmed=True`` makes a confirmed one."""

    class Meta:
        model = Channel

    class Params:
        confirmed = factory.Trait(
            state=ChannelState.CONFIRMED,
            confirmed_at=factory.LazyFunction(timezone.now),
            confirmed_by=factory.SubFactory(UserFactory, role="finance preparer"),
        )

    profile = factory.SubFactory(ProfileFactory)
    platform = "youtube"
    external_id = factory.Sequence(lambda n: f"UC{n:022d}")
    url = factory.LazyAttribute(lambda channel: f"https://www.youtube.com/channel/{channel.external_id}")
    claimed_at = factory.LazyFunction(timezone.now)


def make_film(learner: Any, *, state: str = "passed", title: str = "My first minute", **asset: Any) -> Submission:
    """Make a submission of ``learner`` with a video that plays; there is no file behind it."""
    root = Collection.get_first_root_node()
    shelf = Shelf.objects.first() or Shelf.objects.create(
        name="Shelf",
        slug="shelf",
        group=Group.objects.create(name="shelf"),
        collection=root.add_child(name="Shelf"),
    )
    values = {"title": "VID_home_20261101.mp4", "purpose": "submission", "state": "ready", "outputs": "a/1"} | asset
    return Submission.objects.create(
        learner=learner,
        shelf=shelf,
        course_key=uuid.uuid4(),
        lesson_key=uuid.uuid4(),
        piece_id=uuid.uuid4(),
        course_title="Your first video",
        lesson_title="The window",
        title=title,
        number=1,
        asset=Asset.objects.create(owner=learner, collection=root, **values),
        state=state,
        audience=Audience.PUBLIC,
        decided_at=timezone.now(),
    )


def make_certificate(learner: Any, course: str = "Your first video") -> Certificate:
    """Make the certificate of a graduation that happened."""
    graduation = Graduation.objects.create(learner=learner, course_key=uuid.uuid4(), course_title=course)
    return Certificate.objects.create(graduation=graduation, name="Mei Lin")
