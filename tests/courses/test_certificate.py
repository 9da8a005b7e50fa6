"""The public proof: it says name, course and day, and nothing else of hers."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from courses.certificates import write_name
from courses.models import Certificate
from courses.progress import finish_piece
from tests.factories import courses as make


@pytest.fixture
def certificate(enrolled, course):
    lesson = make.make_lesson(course)
    finish_piece(
        learner=enrolled,
        course_key=course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[0].id,
    )
    return Certificate.objects.get()


def test_anyone_can_verify_it_and_learns_nothing_else(client, certificate, enrolled):
    page = client.get(certificate.get_absolute_url()).content.decode()
    for words in (enrolled.public_name, "Your first video", "Valid", str(certificate.pk)):
        assert words in page
    assert enrolled.email not in page
    assert "noindex" in page


def test_an_unknown_number_is_said_to_be_one(client, db):
    response = client.get(f"/verify/{uuid.uuid4()}/")
    assert response.status_code == 404
    assert "We gave out no certificate with this number" in response.text


def test_the_course_may_go_and_the_certificate_stays(client, certificate, course):
    course.delete()
    assert "Your first video" in client.get(certificate.get_absolute_url()).content.decode()


def test_a_missing_name_is_written_once_and_only_by_her(client, certificate, enrolled, outsider):
    Certificate.objects.update(name="")
    url = certificate.get_absolute_url()
    client.force_login(outsider)
    assert client.post(url, {"name": "Mallory", "action": "name"}).status_code == 404
    client.force_login(enrolled)
    assert "Write your name" in client.get(url).content.decode()
    assert client.post(url, {"name": "", "action": "name"}).status_code == 422
    client.post(url, {"name": "  王  芳 ", "action": "name"})
    certificate.refresh_from_db()
    assert certificate.name == "王 芳"
    with pytest.raises(ValidationError):
        write_name(certificate=certificate, name="Another", by=enrolled)


def test_names_of_any_script_are_kept_as_they_are(client, certificate):
    for name in ("فاطمة الزهراء", "सीता देवी", "李小龙", "Zoë O’Brien <b>"):
        Certificate.objects.update(name=name)
        page = client.get(certificate.get_absolute_url()).content.decode()
        assert name.replace("<", "&lt;").replace(">", "&gt;") in page


def test_her_own_page_leads_to_it(client, certificate, enrolled):
    client.force_login(enrolled)
    assert certificate.get_absolute_url() in client.get("/learn/").content.decode()
