"""A film that stands on its head is found by faces; where there is none, nothing is ever said, either way round."""

import sys

import pytest

from media_pipeline.encoding.presets import Preset
from media_pipeline.measuring import faces
from media_pipeline.measuring.faces import Faces
from media_pipeline.measuring.sampling import Pictures
from media_pipeline.preparation import describe, prepare
from media_pipeline.programs import tools
from media_pipeline.programs.running import Unwatched
from media_pipeline.shot_check import advice, inspection
from tests.media_pipeline.conftest import X264
from website.demo.clips import CLOTHS, film_example
from website.demo.films import film_lesson
from website.demo.reading import read_courses

TURN = "vflip,hflip"


def turned(enable="1"):
    """Filters that turn the picture by 180° as long as ``enable`` holds."""
    return f"vflip=enable='{enable}',hflip=enable='{enable}'"


@pytest.fixture(scope="module", params=["lesson", "example"])
def drawn_film(request, tmp_path_factory):
    """A lesson of the demo, slide by slide, and what its learner sent: many a button looks like an eye."""
    where = {"folder": tmp_path_factory.mktemp("drawn"), "ffmpeg": str(tools.find_ffmpeg())}
    if request.param == "example":
        return film_example(CLOTHS[0], **where).path
    (lesson,) = (each for course in read_courses() for each in course.lessons if each.key == "cut")
    return film_lesson(lesson, "en", **where).path


def film(clips, source, name, picture="null", *, times=1):
    """The clip ``source``, ``times`` over, with ``picture`` filters on it."""
    path = clips.folder / f"upside-{name}.mp4"
    if not path.exists():
        clips.run("-stream_loop", str(times - 1), "-i", source, "-vf", f"{picture},format=yuv420p", *X264, path)
    return path


def checked(path, folder):
    return prepare(path, folder, preset=Preset(side=240, speed="ultrafast"))


def says_so(prepared):
    assert prepared.report.missing == []  # else it would say nothing for another reason
    return advice.UPSIDE_DOWN in {each.code for each in prepared.report.advice}


@pytest.mark.parametrize(
    ("name", "filters", "is_found"),
    [
        ("upright", "null", False),
        ("for-a-moment", turned("lt(t,3)"), False),
        ("for-half", turned("lt(t,11.5)"), False),
        ("all-of-it", TURN, True),
        ("nearly-all-of-it", turned("gt(t,1.5)"), True),
    ],
)
def test_a_person_speaking_upside_down_is_found(clips, speaking_clip, folder, name, filters, is_found):
    prepared = checked(film(clips, speaking_clip, name, filters, times=4), folder)
    assert says_so(prepared) == is_found


def test_what_is_said_is_about_the_whole_and_how_to_mend_it(clips, speaking_clip, folder):
    prepared = checked(film(clips, speaking_clip, "all-of-it", TURN, times=4), folder)
    (row,) = (row for row in describe(prepared)["inspection"] if row["code"] == "upside_down")
    assert (row["is_whole"], row["from_ms"], row["to_ms"]) == (True, 0, prepared.package.duration_ms)
    assert row["severity"] == "important"
    assert row["value"] >= 0.9
    (told,) = advice.read([row])
    assert told.title == "The picture is upside down"
    assert "gallery" in told.what_to_do


def test_a_phone_that_says_it_was_held_upside_down_is_obeyed(clips, speaking_clip, folder):
    stands, path = film(clips, speaking_clip, "all-of-it", TURN, times=4), clips.folder / "upside-obeyed.mov"
    clips.run("-i", stands, "-c", "copy", "-metadata:s:v", "rotate=180", path)
    prepared = checked(path, folder)
    assert prepared.source.rotation == 180
    assert not says_so(prepared)


@pytest.mark.parametrize("picture", ["null", TURN, "transpose=1", "transpose=2"])
def test_of_a_real_street_nothing_is_said_however_it_lies(clips, real_clip, folder, picture):
    name = "street-" + picture.replace("=", "").replace(",", "")
    assert not says_so(checked(film(clips, real_clip, name, picture), folder))


@pytest.mark.slow
@pytest.mark.parametrize("picture", ["null", TURN])
def test_of_drawn_things_nothing_is_said_either_way_round(clips, tmp_path, folder, drawn_film, picture):
    path = film(clips, drawn_film, f"{drawn_film.stem}-{len(picture)}", f"{picture},scale=-2:480")
    assert not says_so(checked(path, folder))


def test_where_faces_cannot_be_looked_for_the_report_says_so(clips, speaking_clip, folder, monkeypatch, tmp_path):
    broken = tmp_path / "faces_child.py"
    broken.write_text("import cv2_that_nobody_has\n")
    monkeypatch.setattr(faces, "CHILD", broken)
    report = checked(film(clips, speaking_clip, "all-of-it", TURN, times=4), folder).report
    assert report.missing == ["faces"]
    assert report.as_json()["missing"] == ["faces"]
    assert advice.UPSIDE_DOWN not in {each.code for each in report.advice}


@pytest.mark.parametrize("script", ["while True: pass", "import time; time.sleep(60)", "print('[1, 2')", "print(7)"])
def test_a_child_that_hangs_or_babbles_holds_nothing_up(monkeypatch, tmp_path, script):
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(faces, "CHILD", child)
    monkeypatch.setattr(faces, "LIMITS", faces.Limits(seconds=2, cpu=1))
    seen = faces.look(tmp_path / "none.jpg", size=(160, 90), count=10, watch=Unwatched())
    assert seen == Faces(missing=("faces",))


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0" + bytes(2000)])
def test_a_sprite_that_is_none_is_no_face(tmp_path, content):
    sprite = tmp_path / "storyboard.jpg"
    sprite.write_bytes(content)
    assert faces.look(sprite, size=(160, 90), count=10, watch=Unwatched()).missing == ("faces",)


@pytest.mark.parametrize(
    ("upright", "on_their_heads", "is_said"), [(0, 2, False), (0, 3, True), (1, 8, False), (1, 9, True), (9, 9, False)]
)
def test_it_takes_several_faces_and_hardly_one_upright(prepared_plain, upright, on_their_heads, is_said):
    report = inspection.inspect(
        source=prepared_plain.source,
        sound=None,
        pictures=Pictures(width=320, height=240),
        duration_ms=8000,
        faces=Faces(upright, on_their_heads),
    )
    assert (advice.UPSIDE_DOWN in {each.code for each in report.advice}) == is_said


def test_this_process_never_loads_what_looks_for_faces():
    assert sys.modules["cv2"] is None
    with pytest.raises(ImportError):
        import cv2  # noqa: F401
