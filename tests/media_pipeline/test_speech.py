"""Captions by machine: a queue of their own, a lease, and words grouped so that one can read them."""

import os
import shutil
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from media_pipeline.captions import keeping, listening, speech
from media_pipeline.captions.speech import Word, cues_of
from media_pipeline.captions.webvtt import BadCaptions, Cue
from media_pipeline.models import Job, Listening
from media_pipeline.programs.running import Hung
from tests.factories.media_pipeline import AssetFactory

CUES = [Cue(0, 900, "Hello")]


@pytest.fixture
def model(monkeypatch, tmp_path):
    """An English model seems to be installed."""
    monkeypatch.setattr(listening, "models", lambda: {"en": tmp_path})


@pytest.fixture
def asked(db, model, learner, ready_asset):
    return listening.ask(asset=ready_asset, language="en", by=learner)


def hears(monkeypatch, result):
    def cues(self, language):
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(speech.Heard, "cues", cues)


def test_words_become_captions_at_pauses_ends_and_full_lines():
    words = [Word(0, 300, " Sit"), Word(300, 600, " down."), Word(2000, 2300, " Now"), Word(2300, 2600, " we")]
    assert list(cues_of(words)) == [Cue(0, 600, "Sit down."), Cue(2000, 2600, "Now we")]
    long = [Word(n * 100, n * 100 + 100, " window") for n in range(30)]
    assert {len(cue.text) for cue in cues_of(long)} == {83, 41}
    slow = [Word(n * 900, n * 900 + 900, " on") for n in range(12)]
    assert all(cue.end_ms - cue.start_ms <= speech.LONGEST_MS for cue in cues_of(slow))
    chinese = [Word(n * 50, n * 50 + 50, "光") for n in range(50)]
    assert [len(cue.text) for cue in cues_of(chinese)] == [42, 8]
    assert list(cues_of([])) == list(cues_of([Word(0, 5, "  ")])) == []


def test_without_a_model_nobody_can_be_asked(db, learner, ready_asset):
    assert speech.models() == {}
    with pytest.raises(BadCaptions):
        listening.ask(asset=ready_asset, language="en", by=learner)
    assert not Listening.objects.exists()


def test_asking_twice_is_asking_once_and_no_video_waits_for_it(asked, ready_asset, learner):
    assert listening.ask(asset=ready_asset, language="en", by=learner) == asked
    assert not Job.objects.exists()
    with pytest.raises(BadCaptions):
        listening.ask(asset=AssetFactory(arriving=True), language="en", by=learner)


def test_what_was_heard_is_kept_and_says_that_a_machine_heard_it(asked, ready_asset, monkeypatch):
    hears(monkeypatch, CUES)
    listening.process(asked.pk)
    listening.process(asked.pk)  # the queue repeats itself
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.lease) == ("done", 1, None)
    assert ready_asset.captions.get().unconfirmed


def test_a_failure_is_tried_once_more_and_leaves_the_video_as_it_is(asked, ready_asset, monkeypatch):
    hears(monkeypatch, Hung("no progress"))
    for state in ("waiting", "failed"):
        listening.process(asked.pk)
        asked.refresh_from_db()
        assert asked.state == state
    ready_asset.refresh_from_db()
    assert ready_asset.state == "ready"
    assert not ready_asset.captions.exists()


def test_silence_is_not_tried_again(asked, monkeypatch):
    hears(monkeypatch, BadCaptions("No words"))
    listening.process(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.detail) == ("failed", "No words")


def test_what_a_dead_worker_held_is_taken_back_and_its_late_answer_counts_for_nothing(asked, ready_asset, monkeypatch):
    lost = listening.claim(asked.pk)
    assert listening.claim(asked.pk) is None
    Listening.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert listening.sweep() == 1
    listening._keep(lost, CUES)
    assert not ready_asset.captions.exists()
    beat = listening._Beat(lost)
    with pytest.raises(listening.LeaseLost):
        beat.tick(None)
    listening.claim(asked.pk)
    Listening.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert listening.sweep() == 0
    asked.refresh_from_db()
    assert asked.state == "failed"


def test_a_video_that_is_gone_is_no_trouble(asked, ready_asset):
    ready_asset.delete()
    listening.process(asked.pk)
    listening.process(uuid.uuid4())


def test_a_person_who_wrote_meanwhile_is_not_overruled(asked, ready_asset, learner, monkeypatch):
    written = keeping.Written(b"00:01.000 --> 00:02.000\nMine\n")
    keeping.save_captions(asset=ready_asset, language="en", engine=written, by=learner)
    hears(monkeypatch, CUES)
    listening.process(asked.pk)
    assert "Mine" in ready_asset.captions.get().text


@pytest.mark.extra("SPEECH_MODEL_EN")
def test_a_real_model_hears_what_is_said(settings, tmp_path):
    speaker = shutil.which("espeak-ng")
    if speaker is None:
        pytest.skip("espeak-ng is not installed")
    settings.MEDIA_PIPELINE_SPEECH_MODELS = {"en": Path(os.environ["SPEECH_MODEL_EN"])}
    spoken = tmp_path / "spoken.wav"
    subprocess.run([speaker, "-v", "en-us", "-s", "140", "-w", spoken, "Sit close to the window."], check=True)
    heard = speech.Heard(spoken, seconds=3).cues("en")
    assert "close to the window" in " ".join(cue.text for cue in heard)
