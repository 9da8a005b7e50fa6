"""A film of any length goes through in pieces: neither way holds more of it in memory than one."""

import tracemalloc

import pytest

from courses.exchange import arriving
from courses.exchange.course_out import take, zipped
from courses.models import CourseImport
from media_pipeline.models import Asset
from media_pipeline.storage import local
from tests.courses.test_course_files import kept_video, page_of
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def test_a_large_film_goes_out_and_comes_in_piece_by_piece(instructor, shelf, course, tmp_path):
    asset = kept_video(shelf, "Long")
    with local.path(asset.original_key).open("r+b") as file:
        file.truncate(200_000_000)
    make.make_lesson(course, make.video(asset))
    target = tmp_path / "course.zip"
    tracemalloc.start()
    with target.open("wb") as file:
        for chunk in zipped(take(course, by=instructor, with_drills=False)):
            file.write(chunk)
    with target.open("rb") as file:
        one = arriving.receive(file=file, name="course.zip", into=page_of(shelf), by=instructor)
    CourseImport.objects.update(state="waiting")
    arriving.work(one.pk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one.refresh_from_db()
    assert one.state == "done"
    assert Asset.objects.exclude(pk=asset.pk).get().size_bytes == 200_000_000
    assert peak < 20_000_000
