"""The Videos screens: an instructor sees and changes the videos of her own collections, and no others."""

import json
import uuid

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, Page, ReferenceIndex

from media_pipeline.models import Asset
from tests.factories.accounts import UserFactory
from tests.factories.media_pipeline import AssetFactory

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
VIEWS = ["edit", "delete", "usage", "history"]


def shelf_of(person, name):
    """A collection of her own in which she may add, change and choose videos."""
    collection = Collection.get_first_root_node().add_child(name=name)
    group = Group.objects.create(name=name)
    for codename in ("add_asset", "change_asset", "choose_asset"):
        permission = Permission.objects.get(content_type__app_label="media_pipeline", codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    person.groups.add(group)
    return collection


@pytest.fixture
def shelf(instructor):
    return shelf_of(instructor, "Cooking")


@pytest.fixture
def hers(shelf, instructor):
    return AssetFactory(collection=shelf, owner=instructor, title="Knives")


@pytest.fixture
def foreign(db):
    return AssetFactory(collection=shelf_of(UserFactory(role="instructor"), "Gardens"), title="Roses")


@pytest.fixture
def submission(shelf, learner):
    """A learner's video; even in her collection no admin screen may show it."""
    return AssetFactory(collection=shelf, owner=learner, purpose="submission", title="Private supper")


@pytest.fixture
def admin(client, instructor, shelf):
    client.force_login(instructor)
    return client


def test_she_lists_her_videos_and_nobody_elses(admin, hers, foreign, submission):
    html = admin.get(reverse("videos:index")).content.decode()
    assert "Knives" in html
    assert "Roses" not in html
    assert "Private supper" not in html


def test_the_list_costs_the_same_for_three_and_for_thirty(admin, hers, shelf, django_assert_max_num_queries):
    AssetFactory.create_batch(30, collection=shelf)
    admin.get(reverse("videos:index"))
    with django_assert_max_num_queries(25):
        admin.get(reverse("videos:index"))


@pytest.mark.parametrize("view", VIEWS)
def test_each_screen_of_her_own_video_opens(admin, hers, view):
    assert admin.get(reverse(f"videos:{view}", args=[hers.pk])).status_code == 200


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("whose", ["foreign", "submission"])
def test_no_screen_of_a_video_that_is_not_hers_opens(admin, request, whose, view):
    asset = request.getfixturevalue(whose)
    address = reverse(f"videos:{view}", args=[asset.pk])
    assert admin.get(address).status_code == 404
    assert admin.post(address, {"title": "Taken"}).status_code == 404
    asset.refresh_from_db()
    assert asset.title != "Taken"


@pytest.mark.parametrize("whose", ["foreign", "submission"])
def test_the_chooser_gives_only_what_she_may_choose(admin, request, hers, whose):
    asset = request.getfixturevalue(whose)
    listed = admin.get(reverse("video_chooser:choose")).content.decode()
    assert "Knives" in listed
    assert asset.title not in listed
    assert admin.get(reverse("video_chooser:chosen", args=[hers.pk])).status_code == 200
    assert admin.get(reverse("video_chooser:chosen", args=[asset.pk])).status_code == 404
    several = admin.get(reverse("video_chooser:chosen_multiple"), {"id": [str(hers.pk), str(asset.pk)]})
    assert [item["id"] for item in several.json()["result"]] == [str(hers.pk)]
    found = admin.get(reverse("video_chooser:choose_results"), {"q": asset.title}).content.decode()
    assert reverse("video_chooser:chosen", args=[asset.pk]) not in found


def test_nonsense_in_the_chooser_is_not_found(admin):
    assert admin.get(reverse("video_chooser:chosen", args=["nonsense"])).status_code == 404
    assert admin.get(reverse("video_chooser:chosen_multiple"), {"id": "nonsense"}).status_code == 404


def test_she_renames_her_video_and_it_is_in_the_history(admin, hers):
    admin.post(reverse("videos:edit", args=[hers.pk]), {"title": "Sharp knives"})
    hers.refresh_from_db()
    assert hers.title == "Sharp knives"
    assert "Edit" in admin.get(reverse("videos:history", args=[hers.pk])).content.decode()


def test_the_screen_of_a_video_leads_to_its_captions_in_each_language(admin, hers):
    hers.captions.create(language="en", text="WEBVTT", machine_made=True)
    shown = admin.get(reverse("videos:edit", args=[hers.pk])).content.decode()
    for language in ("en", "zh-hans"):
        assert reverse("media_pipeline:caption_page", args=[hers.pk, language]) in shown
    assert "nobody has read them yet" in shown
    assert "none yet" in shown


def test_she_deletes_a_video_with_its_files(admin, hers, media_root, django_capture_on_commit_callbacks):
    folder = media_root / hers.outputs
    folder.mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(reverse("videos:delete", args=[hers.pk]))
    assert not Asset.objects.filter(pk=hers.pk).exists()
    assert not folder.exists()


def test_a_video_that_a_page_shows_is_not_deleted(admin, hers):
    page, video = (ContentType.objects.get_for_model(model) for model in (Page, Asset))
    shown = {"base_content_type": page, "content_type": page, "object_id": str(Page.objects.first().pk)}
    ReferenceIndex.objects.create(
        **shown, to_content_type=video, to_object_id=str(hers.pk), model_path="body", content_path="body",
        content_path_hash=uuid.uuid4(),
    )  # fmt: skip
    response = admin.post(reverse("videos:delete", args=[hers.pk]), follow=True)
    assert "Take it out of the lesson first" in response.content.decode()
    assert Asset.objects.filter(pk=hers.pk).exists()


def test_a_new_video_is_named_once_it_has_arrived(admin, hers, foreign, submission):
    address = reverse("videos:add")
    assert "data-upload" in admin.get(address).content.decode()
    response = admin.post(address, {"title": "Sharp knives", "asset": str(hers.pk)})
    assert response.url == reverse("videos:edit", args=[hers.pk])
    hers.refresh_from_db()
    assert hers.title == "Sharp knives"
    for asset in (foreign, submission):
        again = admin.post(address, {"title": "Taken", "asset": str(asset.pk)})
        assert "wait until all of it has arrived" in again.content.decode()
    assert not Asset.objects.filter(title="Taken").exists()


def test_she_may_send_a_lesson_video_into_her_own_collection_only(admin, hers, foreign, shelf):
    from tests.media_pipeline.test_uploads import begin

    assert begin(admin, purpose="lesson", collection=str(shelf.pk)).status_code == 201
    assert begin(admin, purpose="lesson", collection=str(foreign.collection_id)).status_code == 403


@pytest.mark.parametrize("address", ["/admin/videos/", "/admin/videos/add/", "/admin/video-jobs/"])
def test_a_learner_sees_no_admin_screen(client, learner, address):
    client.force_login(learner)
    response = client.get(address)
    assert response.status_code in (302, 403)
    assert "data-upload" not in response.content.decode()


def test_the_page_block_takes_lesson_videos_only(hers, submission):
    from django.core.exceptions import ValidationError

    from media_pipeline.blocks import AssetChooserBlock

    block = AssetChooserBlock()
    assert block.clean(str(hers.pk)) == hers
    with pytest.raises(ValidationError):
        block.clean(str(submission.pk))


def test_a_page_with_many_videos_asks_twice(hers, foreign, django_assert_num_queries):
    from media_pipeline.blocks import AssetChooserBlock

    block = AssetChooserBlock()
    ids = [str(hers.pk), str(foreign.pk), None, str(hers.pk)]
    with django_assert_num_queries(2):
        found = block.bulk_to_python(json.loads(json.dumps(ids)))
        for video in found:
            assert video is None or not list(video.captions.all())
    assert [video and video.title for video in found] == ["Knives", "Roses", None, "Knives"]
