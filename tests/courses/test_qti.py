"""Questions as QTI: what goes out comes back, what others write is read, and what means harm is refused."""

import io
import zipfile
from xml.etree.ElementTree import fromstring

import pytest

from courses.checking.report import draft_pieces
from courses.exchange.course_file import without_ids
from courses.exchange.qti_out import packaged
from courses.exchange.questions import read_sheet
from courses.models import LessonPage
from courses.spreadsheets.findings import UnreadableTableError
from tests.courses import zips
from tests.courses.test_question_exchange import FILE, INDEX, confirm, quizzes, send
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

ONE_TWO = """<?xml version="1.0"?>
<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2p1.dtd">
<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a" title="Light"><section>
<item ident="1"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>
<fieldentry>cc.multiple_response.v0p1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material>
<mattext texttype="text/html">&lt;p&gt;What &lt;b&gt;helps&lt;/b&gt;?&lt;/p&gt;</mattext></material>
<response_lid ident="r" rcardinality="Multiple"><render_choice>
<response_label ident="x"><material><mattext>A curtain</mattext></material></response_label>
<response_label ident="y"><material><mattext>A fan</mattext></material></response_label>
<response_label ident="z"><material><mattext>A sheet</mattext></material></response_label>
</render_choice></response_lid></presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>
<respcondition><conditionvar><varequal respident="r">y</varequal></conditionvar>
<displayfeedback feedbacktype="Response" linkrefid="fy"/></respcondition>
<respcondition><conditionvar><and><varequal respident="r">x</varequal><varequal respident="r">z</varequal>
<not><varequal respident="r">y</varequal></not></and></conditionvar>
<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing>
<itemfeedback ident="fy"><material><mattext>It is loud.</mattext></material></itemfeedback></item>
<item ident="2"><presentation><material><mattext>Which light?</mattext></material>
<response_str ident="s"><render_fib/></response_str></presentation><resprocessing><respcondition><conditionvar>
<varequal respident="s">Daylight</varequal></conditionvar><setvar varname="SCORE">100</setvar></respcondition>
</resprocessing></item>
<item ident="3"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>
<fieldentry>cc.essay.v0p1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext>Tell us.</mattext></material></presentation></item>
</section></assessment></questestinterop>"""


def read(content, by=None):
    return read_sheet(io.BytesIO(content), by=by or UserFactory(role="instructor"))


def plain(raws):
    return [without_ids(raw) for raw in raws]


def test_what_goes_out_comes_back():
    asked = make.every_kind()
    sheet = read(packaged(asked))
    assert sheet.problems == []
    found = plain(sheet.questions)
    assert [raw["type"] for raw in found] == ["choice", "order", "match", "text", "number"]
    choice, order, match, text, number = (raw["value"] for raw in found)
    assert [c["value"] for c in choice["choices"]] == [
        {"text": "In front", "is_right": True, "feedback": "About In front"},
        {"text": "Behind", "is_right": False, "feedback": "About Behind"},
    ]
    assert [step["value"]["text"] for step in order["items"]] == ["Pour", "Knead", "Bake"]
    assert [(p["value"]["text"], p["value"]["match"]) for p in match["pairs"]] == [
        ("Curtain", "soft"), ("Sheet", "soft"), ("Fan", "loud"),
    ]  # fmt: skip
    assert [one["value"] for one in text["accepted"]] == ["Daylight"]
    assert (float(number["target"]), float(number["tolerance"])) == (4.0, 0.5)
    assert {value["right"] for value in (order, match, text, number)} == {"Well seen"}
    assert number["text"] == "Where is the cut? (s)"


def test_several_right_answers_and_odd_signs_come_back():
    asked = make.question("Which? <b> & “more” ]]> \x0b", ("<i>", True), ("&amp;", True), ("'\"", False))
    (raw,) = plain(read(packaged([asked])).questions)
    assert [c["value"]["text"] for c in raw["value"]["choices"]] == ["<i>", "&amp;", "'\""]
    assert [c["value"]["is_right"] for c in raw["value"]["choices"]] == [True, True, False]
    assert raw["value"]["text"] == "Which? <b> & “more” ]]>"


def test_what_is_said_of_steps_and_pairs_comes_back():
    asked = [raw for raw in make.every_kind() if raw["type"] in ("order", "match")]
    asked[1]["value"]["pairs"][0]["value"]["feedback"] = "Cloth is soft"
    order, match = (raw["value"] for raw in plain(read(packaged(asked)).questions))
    assert [one["value"]["feedback"] for one in order["items"]] == ["Why Pour", "Why Knead", "Why Bake"]
    assert [one["value"]["feedback"] for one in match["pairs"]] == ["Cloth is soft", "", ""]


NUMBER = """<assessmentItem><responseDeclaration baseType="float"><correctResponse><value>4</value></correctResponse>
</responseDeclaration><itemBody><p>Where?<textEntryInteraction/></p></itemBody><responseProcessing>
<equal toleranceMode="{}" tolerance="{}"/></responseProcessing></assessmentItem>"""


@pytest.mark.parametrize(("mode", "near", "kept"), [("absolute", "2 2", 2), ("absolute", " ", 0), ("exact", "", 0)])
def test_how_far_is_right_too_comes_along(mode, near, kept):
    (raw,) = read(NUMBER.format(mode, near).encode()).questions
    assert float(raw["value"]["tolerance"]) == kept


def test_a_share_of_the_right_number_is_refused_with_a_reason():
    sheet = read(NUMBER.format("relative", "5 5").encode())
    assert sheet.questions == []
    assert sheet.problems == [(1, "How far is right too has to be a number here, not a share of the right one.")]


def test_what_shows_something_stays_behind(shelf):
    asset = make.make_asset(collection=shelf.collection)
    content = packaged(make.every_kind(picture_id=1, asset=asset))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 6
        for name in archive.namelist():
            fromstring(archive.read(name))


def test_older_questions_are_read():
    sheet = read(ONE_TWO.encode())
    many, text = plain(sheet.questions)
    assert many["value"]["text"] == "What helps ?"
    said = [(c["value"]["text"], c["value"]["is_right"], c["value"]["feedback"]) for c in many["value"]["choices"]]
    assert said == [
        ("A curtain", True, "That is right."), ("A fan", False, "It is loud."), ("A sheet", True, "That is right."),
    ]  # fmt: skip
    assert [one["value"] for one in text["value"]["accepted"]] == ["Daylight"]
    assert sheet.problems == [(3, "Questions of this kind are not known here.")]


BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{}]><assessmentItem title="&{};"/>""".format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)), "j"
)
OUTSIDE = """<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<assessmentItem title="x"><itemBody>&x;</itemBody></assessmentItem>"""
DEEP = "<assessmentItem>" + "<p>" * 5000 + "</p>" * 5000 + "</assessmentItem>"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, DEEP, "<a", "<a>\xff</a>", '<?xml version="1.0" encoding="odd"?><a/>'])
@pytest.mark.parametrize("packed", [False, True])
def test_xml_that_means_harm_is_refused(text, packed):
    raw = text.encode("latin-1")
    content = zips.zip_of({"imsmanifest.xml": "<manifest/>", "q.xml": raw}).getvalue() if packed else raw
    with pytest.raises(UnreadableTableError) as refused:
        read(content)
    assert "no XML" in str(refused.value.args[0])


@pytest.mark.parametrize(
    "text",
    [
        "<assessmentItem/>", "<assessmentItem><itemBody/></assessmentItem>",
        "<assessmentItem><itemBody><choiceInteraction/></itemBody></assessmentItem>",
        "<assessmentItem><itemBody><choiceInteraction/><orderInteraction/></itemBody></assessmentItem>",
        "<assessmentItem><itemBody><drawingInteraction/></itemBody></assessmentItem>",
        "<assessmentItem><itemBody><p><textEntryInteraction/></p></itemBody></assessmentItem>",
        "<assessmentItem><responseDeclaration baseType='float'><correctResponse><value>x</value></correctResponse>"
        "</responseDeclaration><itemBody><p>A<textEntryInteraction/></p></itemBody></assessmentItem>",
        "<assessmentItem><responseDeclaration><correctResponse><value>a b c</value><value>q</value></correctResponse>"
        "</responseDeclaration><itemBody><matchInteraction/></itemBody></assessmentItem>",
        "<questestinterop><item/></questestinterop>",
        "<questestinterop><item><presentation/><resprocessing><respcondition><setvar>x</setvar></respcondition>"
        "</resprocessing></item></questestinterop>",
    ],
)  # fmt: skip
def test_a_question_that_is_none_is_named(text):
    sheet = read(text.encode())
    assert sheet.questions == []
    assert {number for number, _why in sheet.problems} == {1}


def test_a_package_goes_into_a_lesson_and_out_again(client, instructor, course):
    lesson = make.make_lesson(course, make.quiz_of_every_kind())
    client.force_login(instructor)
    content = client.get(FILE, {"out-lesson": lesson.pk, "out-file_type": "zip"}).content
    other = make.make_lesson(course, make.text(), title="Other")
    page = send(client, io.BytesIO(content), lesson=other.pk, title="Again")
    assert "5 questions can be saved" in page.content.decode()
    confirm(client, page)
    (quiz,) = quizzes(other)
    assert len(quiz["questions"]) == 5
    assert draft_pieces(LessonPage.objects.select_related("latest_revision").get(pk=other.pk))[-1].kind == "quiz"


def test_a_problem_is_named_by_the_number_of_its_question(client, instructor, shelf):
    client.force_login(instructor)
    assert "Question 3: Questions of this kind" in send(client, io.BytesIO(ONE_TWO.encode())).content.decode()
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("number", ["1e999999999", "-1e-999999999", "NaN", "Infinity", "four", "", "4,0"])
def test_a_number_that_is_none_stays_a_word_or_outside(number):
    answer = f'<varequal respident="s">{number}</varequal>'
    entry = '<render_fib fibtype="Decimal"/>'
    sheet = read(
        ONE_TWO.replace("<render_fib/>", entry).replace('<varequal respident="s">Daylight</varequal>', answer).encode()
    )
    kinds = [raw["type"] for raw in sheet.questions]
    assert "number" not in kinds
    assert ("text" in kinds) == bool(number)


def test_several_answers_that_are_no_pairs_stay_outside():
    one = '<response_str ident="s"><render_fib/></response_str>'
    sheet = read(ONE_TWO.replace(one, one + one.replace("ident", "id")).encode())
    assert [why for number, why in sheet.problems if number == 2] == ["Questions of this kind are not known here."]
