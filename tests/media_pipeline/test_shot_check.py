"""Every defect is made in three strengths: the strong one must be found, the weak one and what is clean must not be."""

import pytest

from media_pipeline.encoding.presets import Preset
from media_pipeline.measuring import sampling, shake
from media_pipeline.measuring.faces import Faces
from media_pipeline.preparation import prepare
from media_pipeline.programs import tools
from media_pipeline.shot_check import advice, inspection, thresholds
from media_pipeline.shot_check.inspection import stretches

# A lit room with things of many sizes, a person's worth of movement and the grain of a sensor.
SCENE = (
    "testsrc2=size=640x480:rate=10:duration=8,hue=s=0.4,eq=contrast=0.7,"
    "crop=600:450:20+6*sin(t):15+4*cos(0.7*t),scale=640:480,noise=alls=4:allf=t"
)
VOICE = "aevalsrc='0.5*(random(0)-0.5)*pow(sin(2*PI*2*t),2)*gt(mod(t,3),0.5)':s=48000:d=8,lowpass=f=2500"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


def film(clips, name, *, picture="null", sound="anull"):
    """Eight seconds of the scene with ``picture`` and ``sound`` filters on them."""
    scene, path = clips.folder / "scene.mkv", clips.folder / f"{name}.mp4"
    if not scene.exists():
        lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p", "-c:a", "pcm_f64le"]
        clips.run("-f", "lavfi", "-i", SCENE, "-f", "lavfi", "-i", VOICE, *lossless, scene)
    if not path.exists():
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        clips.run("-i", scene, "-vf", picture, "-af", f"{sound},aformat=channel_layouts=mono", *coded, path)
    return path


def checked(path, folder):
    """What the shot check says, of the smallest rendition as always; larger ones are not needed here."""
    return prepare(path, folder, preset=Preset(side=240, speed="ultrafast")).report


def found(report):
    return {each.code for each in report.advice}


def jitter(size):
    across, down = f"iw*(0.07+{size}*sin(2*PI*3.1*t))", f"ih*(0.07+{size}*cos(2*PI*2.3*t))"
    return f"crop=iw*0.86:ih*0.86:{across}:{down}:exact=1,scale=640:480"


PICTURES = {
    advice.DARK: tuple(f"lutyuv=y=16+(val-16)*{factor}" for factor in (0.7, 0.3, 0.12)),
    advice.BLOWN: tuple(f"lutyuv=y=val*{factor}+{plus}" for factor, plus in ((1.1, 10), (1.3, 40), (1.5, 90))),
    advice.FLAT: ("eq=contrast=0.5", "eq=contrast=0.25", "eq=contrast=0.1"),
    advice.BLURRED: ("gblur=sigma=6", "gblur=sigma=16", "gblur=sigma=30"),
    advice.SHAKY: (jitter(0.001), jitter(0.008), jitter(0.03)),
    advice.BLACK: tuple(f"drawbox=t=fill:c=black:enable='between(t,2,{end})'" for end in (2.3, 3.1, 5)),
    advice.FROZEN: tuple(f"loop=loop={count}:size=1:start=20" for count in (10, 25, 60)),
    advice.BARS: tuple(f"scale=640:{inner},pad=640:480:0:-1" for inner in (470, 440, 360)),
    advice.SMALL: tuple(f"scale=-2:{side}" for side in (480, 360, 240)),
    advice.HASTY: tuple(f"negate=enable='lt(mod(t,{2 * length}),{length})'" for length in (2.5, 1.1, 0.6)),
}
SOUNDS = {
    advice.QUIET: ("volume=-4dB", "volume=-10dB", "volume=-17dB"),
    advice.SILENT: ("volume=-4dB", "volume=-20dB", "volume=-60dB"),
    advice.CLIPPED: tuple(f"volume={gain}dB:precision=fixed" for gain in (9, 18, 30)),
    advice.HUM: tuple(f"aeval='val(0)+{level}*sin(2*PI*50*t)'" for level in (0.001, 0.008, 0.03)),
    advice.PAUSE: tuple(f"volume=0:enable='between(t,2,{end})'" for end in (4, 5.5, 7.5)),
}


LESSER = {advice.SILENT: {advice.QUIET}}  # what a fault is called before it has its full strength


def of_strength(number):
    """Code, kind and number of every defect that is made in this strength."""
    kinds = {"picture": PICTURES, "sound": SOUNDS}
    return [pytest.param(code, kind, number, id=code) for kind, defects in kinds.items() for code in defects]


def said_of(clips, folder, code, kind, number):
    filters = (PICTURES | SOUNDS)[code][number]
    return found(checked(film(clips, f"{code}-{number}", **{kind: filters}), folder))


@pytest.mark.parametrize(("code", "kind", "number"), of_strength(2))
def test_a_strong_fault_is_found(clips, folder, code, kind, number):
    assert code in said_of(clips, folder, code, kind, number)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "kind", "number"), of_strength(1))
def test_a_middling_fault_is_taken_for_no_other(clips, folder, code, kind, number):
    assert said_of(clips, folder, code, kind, number) <= {code} | LESSER.get(code, set())


@pytest.mark.slow
@pytest.mark.parametrize(("code", "kind", "number"), of_strength(0))
def test_nothing_is_said_of_a_weak_fault(clips, folder, code, kind, number):
    assert not said_of(clips, folder, code, kind, number)


def test_nothing_is_said_of_a_clean_clip(clips, folder):
    report = checked(film(clips, "clean"), folder)
    assert [each.as_json() for each in report.advice] == []


def test_nothing_is_said_of_light_focus_and_steadiness_of_a_real_street(real_clip, folder):
    """Its size and its missing sound are what they are."""
    assert found(checked(real_clip, folder)) == {advice.SMALL, advice.NO_SOUND}


def test_the_times_are_those_of_the_fault_and_its_words_say_what_to_do(clips, folder):
    report = checked(film(clips, "black-2", picture=PICTURES[advice.BLACK][2]), folder)
    (row,) = report.as_json()["advice"]
    assert (row["code"], row["severity"], row["is_whole"]) == ("black", "important", False)
    assert row["from_ms"] == pytest.approx(2000, abs=200)
    assert row["to_ms"] == pytest.approx(5000, abs=400)
    (told,) = advice.read([row, row | {"code": "of a later version"}])
    assert told.title == "The picture is black"
    assert told.seconds == "2"
    assert not list(folder.glob("*.txt")) + list(folder.glob("*.gray"))


def test_every_code_has_words_a_weight_and_a_strong_example():
    assert set(advice.TITLES) == set(advice.WHAT_TO_DO) == set(advice.SEVERITY)
    asked_for = {advice.TOO_SHORT, advice.TOO_LONG, advice.UPRIGHT, advice.LYING}  # test_wishes.py
    elsewhere = {advice.NO_SOUND, advice.UPSIDE_DOWN}  # the real street has no sound; test_upside_down.py
    assert set(PICTURES) | set(SOUNDS) | asked_for | elsewhere == set(advice.TITLES)


def test_an_ffmpeg_without_a_filter_says_so_and_leaves_out_what_it_measures(clips, folder, monkeypatch):
    without = tools.filters_of(tools.find_ffmpeg()) - {"blurdetect"}
    monkeypatch.setattr(tools, "filters_of", lambda program: without)
    report = checked(film(clips, "blurred-2", picture=PICTURES[advice.BLURRED][2]), folder)
    assert advice.BLURRED not in found(report)
    assert report.missing == ["blurdetect"]


def test_neighbouring_moments_join_over_one_that_does_not_count():
    counts = [True, True, False, True, True, False, False, True, False]
    samples = [(number * 100, 1.0, value) for number, value in enumerate(counts)]
    assert [(part.from_ms, part.to_ms) for part in stretches(samples, least_ms=200)] == [(0, 500)]
    assert stretches([], least_ms=0) == []


def test_an_even_movement_is_no_shaking_and_a_change_of_direction_is():
    picture = bytes((37 * number * number) % 200 for number in range(400))
    still = bytes(shake.HEIGHT)

    def filmed(places):
        columns = b"".join(picture[at : at + shake.WIDTH] for at in places)
        return [move.change for move in shake.movements(columns, still * len(places), step_ms=100)]

    assert max(filmed([0, 3, 6, 9, 12])) < 0.2
    assert min(filmed([10, 14, 10, 14, 10])) > 4


def test_a_cut_is_no_shaking(prepared_plain):
    jumps = [shake.Movement(at, 5.0 if at % 400 < 200 else 0.0) for at in range(100, 8000, 100)]
    seen = {}
    for name, cuts in (("shaken", []), ("cut", range(0, 8000, 400))):
        rows = [{"at_ms": at, "scd.score": 40.0} for at in cuts]
        pictures = sampling.Pictures(width=320, height=240, rows=rows, movements=jumps)
        report = inspection.inspect(
            source=prepared_plain.source, sound=None, pictures=pictures, faces=Faces(), duration_ms=8000
        )
        seen[name] = advice.SHAKY in found(report)
    assert seen == {"shaken": True, "cut": False}


def test_what_blinks_now_and_then_is_no_shaking(prepared_plain):
    jumps = [shake.Movement(at, 8.0 if at % 500 == 0 else 0.3) for at in range(100, 8000, 100)]
    pictures = sampling.Pictures(width=320, height=240, movements=jumps)
    report = inspection.inspect(
        source=prepared_plain.source, sound=None, pictures=pictures, faces=Faces(), duration_ms=8000
    )
    assert advice.SHAKY not in found(report)


def test_every_threshold_says_where_it_is_from():
    every = [value for value in vars(thresholds).values() if isinstance(value, thresholds.Threshold)]
    assert len(every) >= 15
    assert all(len(each.source) > 20 for each in every)


def test_cuts_that_follow_each_other_too_fast_are_one_advice(prepared_plain):
    rows = [{"at_ms": at, "scd.score": 40.0} for at in (1000, 1800, 2600, 3400, 9000)]
    pictures = sampling.Pictures(width=320, height=240, rows=rows)
    report = inspection.inspect(
        source=prepared_plain.source, sound=None, pictures=pictures, faces=Faces(), duration_ms=10_000
    )
    assert [(each.code, each.from_ms, each.to_ms) for each in report.advice if each.code == advice.HASTY] == [
        (advice.HASTY, 1000, 3400)
    ]
