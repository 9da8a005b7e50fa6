"""The outline of the sound, in a format that other players read."""

import json

import pytest

from media_pipeline.encoding.waveform import drawn
from media_pipeline.measuring import measures
from media_pipeline.measuring.loudness import Sound

PEAK = "astats.Overall.Peak_level"


def sound(*peaks, integrated=-16.0, true_peak=-3.0):
    rows = [{measures.AT: 100 * n, PEAK: peak} if peak is not None else {measures.AT: 100 * n}
            for n, peak in enumerate(peaks)]  # fmt: skip
    return Sound(integrated=integrated, true_peak=true_peak, rows=rows)


def test_each_tenth_of_a_second_is_one_pixel_of_least_and_greatest():
    said = json.loads(drawn(sound(0.0, -6.0206, None)))
    assert said["data"] == [-127, 127, -63, 63, 0, 0]
    assert said["length"] == 3 == len(said["data"]) / 2
    assert said["samples_per_pixel"] / said["sample_rate"] == 0.1
    assert (said["version"], said["channels"], said["bits"]) == (2, 1, 8)


def test_it_is_drawn_as_loud_as_it_is_published():
    assert json.loads(drawn(sound(-20.0, integrated=-22.0, true_peak=-20.0)))["data"][1] == 25  # raised by 6 dB
    held = json.loads(drawn(sound(0.0, integrated=-30.0, true_peak=0.0)))["data"][1]
    assert held == 90  # peaks are held below -3 dBFS


def test_half_an_hour_stays_small():
    said = drawn(sound(*[-10.0] * 18_000))
    assert len(json.loads(said)["data"]) <= 4000
    assert len(said) < 20_000


def test_a_prepared_video_has_one_as_long_as_its_sound(prepared_plain):
    said = json.loads((prepared_plain.package.folder / "waveform.json").read_text())
    assert said["length"] * said["samples_per_pixel"] / said["sample_rate"] == pytest.approx(2, abs=0.15)
    assert all(15 < value < 60 for value in said["data"][1:-2:2])  # a soft tone
