"""A Common Cartridge becomes a course of drafts: pages, links and questions; the rest is named."""

import pytest

from courses.exchange.archive import UnreadableCourseError, opened
from courses.exchange.course_in import look_at
from courses.models import CoursePage, LessonPage, ShelfPage
from tests.courses import zips
from tests.courses.test_course_files import bring
from tests.courses.test_qti import BOMB, DEEP, ONE_TWO, OUTSIDE

pytestmark = pytest.mark.django_db

NS = "http://www.imsglobal.org/xsd/imsccv1p{0}/imscp_v1p1"
PAGE = """<html><head><title>x</title><style>p{}</style></head><body><h1>Light</h1><p>See <a href="two.html">two</a>,
<a href="https://example.org/">out</a>, <a href="javascript:alert(1)">bad</a>.</p><table><tr><td>T</td></tr></table>
<script>alert(1)</script><img src="$IMS-CC-FILEBASE$/pics/w%201.png" alt="A window" onerror="x()"><img src="gone.png">
<img src="https://example.org/spy.png"></body></html>"""
LINK = """<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"><title>Film &amp; light</title>
<url href="{}"/></webLink>"""


def manifest(version=3):
    kind = f"v1p{version}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="{NS.format(version)}" xmlns:l="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.{version}.0</schemaversion><l:lom><l:general>
<l:title><l:string>From home</l:string></l:title><l:description><l:string>Film at home.</l:string></l:description>
</l:general></l:lom></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
<item identifier="i1"><title>Week one</title><item identifier="i2" identifierref="r1"><title>Light</title></item>
<item identifier="i3" identifierref="r2"><title>A link</title></item>
<item identifier="i4" identifierref="r3"><title>Quiz</title></item>
<item identifier="i5" identifierref="r4"><title>Talk</title></item>
<item identifier="i6" identifierref="r5"><title>Bad link</title></item></item>
<item identifier="i7" identifierref="gone"><title>Gone</title></item>
</item></organization></organizations>
<resources><resource identifier="r1" type="webcontent" href="one%20a.html"><file href="one%20a.html"/></resource>
<resource identifier="r2" type="imswl_xml{kind}"><file href="link.xml"/></resource>
<resource identifier="r3" type="imsqti_xmlv1p2/imscc_xml{kind}/assessment"><file href="quiz.xml"/></resource>
<resource identifier="r4" type="imsdt_xml{kind}"><file href="talk.xml"/></resource>
<resource identifier="r5" type="imswl_xml{kind}"><file href="bad.xml"/></resource>
<resource identifier="r6" type="imsbasiclti_xmlv1p0"><file href="lti.xml"/></resource></resources></manifest>"""


def files(**changed):
    return {
        "imsmanifest.xml": manifest(), "one a.html": PAGE, "pics/w 1.png": zips.picture(), "quiz.xml": ONE_TWO,
        "link.xml": LINK.format("https://example.org/film"), "bad.xml": LINK.format("javascript:alert(1)"),
        "talk.xml": "<topic/>",
    } | changed  # fmt: skip


@pytest.mark.parametrize("version", [1, 2, 3])
def test_its_pages_links_and_questions_become_drafts(client, instructor, shelf, version):
    client.force_login(instructor)
    one = bring(client, shelf, zips.zip_of(files(**{"imsmanifest.xml": manifest(version)})))
    course = one.course
    assert (course.title, course.summary, course.live) == ("From home", "Film at home.", False)
    (lesson,) = LessonPage.objects.child_of(course)
    assert lesson.title == "Week one"
    body = list(lesson.body.raw_data)
    assert [raw["type"] for raw in body] == ["heading", "text", "picture", "heading", "text", "quiz"]
    html = body[1]["value"]
    assert "javascript" not in html
    assert "alert" not in html
    assert '<a href="https://example.org/">out</a>' in html
    assert "two.html" not in html
    assert "Light</h3>" in html
    assert body[2]["value"]["image"]["alt_text"] == "A window"
    assert '<a href="https://example.org/film">Film &amp; light</a>' in body[4]["value"]
    assert [q["type"] for q in body[5]["value"]["questions"]] == ["choice", "text"]
    assert sorted(map(str, one.left_out)) == sorted(
        [
            "In “Light” these do not come: table.",
            "A picture in “Light” is not in the file.",
            "“Quiz”, question 3: Questions of this kind are not known here.",
            "“Talk” (imsdt) is not known here.",
            "“Bad link” leads nowhere.",
            "“Gone” is not in the file.",
            "What stands in no lesson does not come: 1 (imsbasiclti).",
        ]
    )


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE, DEEP, "<manifest", b"\xff\xfe\x00"])
def test_a_manifest_that_means_harm_is_refused(shelf, instructor, xml):
    page = ShelfPage.objects.get(shelf=shelf)
    with (
        opened(zips.zip_of(files(**{"imsmanifest.xml": xml}))) as archive,
        pytest.raises(UnreadableCourseError) as refused,
    ):
        look_at(archive, into=page, by=instructor)
    assert "imsmanifest.xml" in str(refused.value.args[0])


@pytest.mark.parametrize("name", ["quiz.xml", "link.xml", "one a.html", "talk.xml"])
@pytest.mark.parametrize("content", [BOMB, OUTSIDE, DEEP, "", "\x00\x01"])
def test_a_part_that_means_harm_is_left_out_and_the_rest_comes(shelf, instructor, name, content):
    with opened(zips.zip_of(files(**{name: content}))) as archive:
        _read, comes = look_at(archive, into=ShelfPage.objects.get(shelf=shelf), by=instructor)
    assert len(comes.lessons) == 1
    assert "root:" not in str(comes.lessons[0].body)


def test_an_empty_one_is_refused(shelf, instructor):
    with opened(zips.zip_of({"imsmanifest.xml": "<manifest/>"})) as archive, pytest.raises(UnreadableCourseError):
        look_at(archive, into=ShelfPage.objects.get(shelf=shelf), by=instructor)
    assert not CoursePage.objects.exists()
