"""The page of captions: whose it is, and that nothing she wrote is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from media_pipeline.captions import keeping, webvtt
from tests.factories.media_pipeline import AssetFactory
from tests.media_pipeline.conftest import until
from tests.media_pipeline.test_browser import sign_in

TEXT = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello &amp; welcome\n"


@pytest.fixture
def mine(learner):
    return AssetFactory(owner=learner, purpose="submission")


def address(asset, language="en"):
    return reverse("media_pipeline:caption_page", args=[asset.pk, language])


@pytest.mark.django_db
def test_nobody_else_finds_the_page(client, mine, outsider, instructor, administrator):
    assert client.get(address(mine)).status_code == 302
    for person in (outsider, instructor, administrator):
        client.force_login(person)
        assert client.get(address(mine)).status_code == 404
        for action in ("save", "delete", "listen"):
            assert client.post(address(mine), {"action": action, "text": TEXT}).status_code == 404
    assert not mine.captions.exists()


@pytest.mark.django_db
def test_her_own_lesson_video_is_not_hers_to_caption_without_the_right_to_edit_it(client, learner):
    client.force_login(learner)
    assert client.get(address(AssetFactory(owner=learner, purpose="lesson"))).status_code == 404


@pytest.mark.django_db
def test_she_writes_replaces_and_deletes_captions_in_two_languages(client, mine, learner):
    client.force_login(learner)
    assert client.get(address(mine, "xx")).status_code == 404
    assert client.post(address(mine), {"text": TEXT}).status_code == 302
    assert client.post(address(mine, "zh-hans"), {"text": TEXT.replace("Hello", "你好")}).status_code == 302
    srt = SimpleUploadedFile("c.srt", b"1\n00:00:02,000 --> 00:00:03,000\nFrom a file\n")
    client.post(address(mine), {"text": TEXT, "file": srt})
    stored = {caption.language: webvtt.parse(caption.text.encode())[0].text for caption in mine.captions.all()}
    assert stored == {"en": "From a file", "zh-hans": "你好 & welcome"}
    client.post(address(mine), {"action": "delete"})
    client.post(address(mine), {"action": "delete"})
    assert [caption.language for caption in mine.captions.all()] == ["zh-hans"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": ""}, "There are no captions"),
        ({"text": "00:00:05.000 --> 00:00:01.000\nBack"}, "ends before it begins"),
        ({"text": TEXT, "file": b"\xff\xfe\x00"}, "UTF-8"),
        ({"text": TEXT, "file": b"x" * 1_000_001}, "too big"),
    ],
)
def test_what_is_wrong_is_said_and_her_words_stay_on_the_page(client, mine, learner, sent, says):
    client.force_login(learner)
    if "file" in sent:
        sent = sent | {"file": SimpleUploadedFile("c.vtt", sent["file"])}
    response = client.post(address(mine), sent)
    assert response.status_code == 422
    assert says in response.content.decode()
    if "Back" in sent["text"]:
        assert "Back</textarea>" in response.content.decode()
    assert not mine.captions.exists()


@pytest.mark.django_db
def test_what_a_machine_wrote_says_so_until_she_saves_it(client, mine, learner):
    client.force_login(learner)
    keeping.keep(asset=mine, language="en", cues=[webvtt.Cue(0, 900, "Hello")], machine_made=True, by=learner)
    assert "A machine wrote these captions" in client.get(address(mine)).content.decode()
    client.post(address(mine), {"text": mine.captions.get().text})
    assert "A machine wrote these captions" not in client.get(address(mine)).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_she_edits_caption_by_caption_beside_the_video_on_a_phone(phone, live_server, client, learner, ready_asset):
    ready_asset.owner, ready_asset.purpose = learner, "submission"
    ready_asset.save()
    keeping.save_captions(asset=ready_asset, language="en", engine=keeping.Written(TEXT.encode()), by=learner)
    sign_in(phone, client, learner, live_server.url)
    phone.goto(live_server.url + address(ready_asset))
    first = phone.get_by_role("group", name="Caption 1")
    expect(first.get_by_label("Words")).to_have_value("Hello & welcome")
    first.get_by_label("Words").fill("Hello <you> & all")
    first.get_by_label("Ends at").fill("0:01.2")
    first.get_by_role("button", name="Play this caption").click()
    until(phone, "document.querySelector('video').currentTime > 1.5")
    phone.get_by_role("button", name="Add a caption at this moment").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.type("The end")
    expect(phone.get_by_role("group", name="Caption 2").get_by_label("Words")).to_have_value("The end")
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.get_by_role("button", name="Save", exact=True).click()
    phone.get_by_text("The captions are saved.").wait_for()
    cues = webvtt.parse(ready_asset.captions.get().text.encode())
    assert [cue.text for cue in cues] == ["Hello <you> & all", "The end"]
    assert cues[0].end_ms == 1200

    phone.get_by_role("group", name="Caption 2").get_by_label("Starts at").fill("soon")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_text("We cannot read the time in this line: soon")).to_be_visible()
    expect(phone.locator("textarea[name=text]")).to_be_visible()  # her words, as text
