"""Videos for tests. They have rows but no files; tests that need files prepare a real clip."""

import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from media_pipeline.models import Asset, Job, Upload
from tests.factories.accounts import UserFactory


class AssetFactory(factory.django.DjangoModelFactory):
    """A video that is ready to watch; ``state=``, ``purpose=`` and ``owner=`` change that."""

    class Meta:
        model = Asset

    class Params:
        arriving = factory.Trait(state="received", outputs="", percent=0, ready_at=None, duration_ms=None)

    id = factory.LazyFunction(uuid.uuid4)
    title = factory.Sequence(lambda n: f"Video {n}")
    owner = factory.SubFactory(UserFactory)
    purpose = "lesson"
    state = "ready"
    percent = 100
    size_bytes = 4_200_000
    low_bytes = 900_000
    mp4_bytes = 2_500_000
    duration_ms = 12_000
    width = 1280
    height = 720
    outputs = factory.LazyAttribute(lambda asset: f"outputs/{asset.id}/1")
    has_storyboard = True
    ready_at = factory.LazyFunction(timezone.now)


class JobFactory(factory.django.DjangoModelFactory):
    """A job that waits for a worker."""

    class Meta:
        model = Job

    asset = factory.SubFactory(AssetFactory, arriving=True)
    turn_at = factory.LazyFunction(timezone.now)
    run_after = factory.LazyFunction(timezone.now)


class UploadFactory(factory.django.DjangoModelFactory):
    """An upload of which nothing has arrived."""

    class Meta:
        model = Upload

    owner = factory.SubFactory(UserFactory)
    length = 1000
    title = "My video"
    purpose = "submission"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))
