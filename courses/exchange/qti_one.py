"""Questions of QTI 1.2 as Common Cartridge has them. Raw data in, raw data out; no database.

https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html, and the profile of Common Cartridge 1.3.
"""

import uuid
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.exchange.question_rows import Read
from courses.exchange.xml_reading import below, children, first, name_of, said, words

ENOUGH = 50.0  # a condition that gives less than half of the points does not say what is right
PROFILES = {"multiple_choice", "multiple_response", "true_false", "fib", "pattern_match"}


def item(value: Any) -> dict[str, Any]:
    """Return one entry of a list as a stream keeps it."""
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def title_of(root: Element) -> str:
    """Return the title of the assessment."""
    assessment = first(root, "assessment")
    return assessment.get("title", "") if assessment is not None else ""


def read_items(root: Element) -> Iterator[Read]:
    """Yield the questions of an assessment or a bank, each with what is wrong in it."""
    return (_read(number, element) for number, element in enumerate(below(root, "item"), 1))


def _read(number: int, element: Element) -> Read:
    presentation = first(element, "presentation")
    asked = said(_material(presentation))
    question = Read(number, "choice", [(number, {"question": asked})], {"text": asked})
    profile = _profile(element)
    if presentation is None or (profile and profile not in PROFILES):
        question.refuse(number, _("Questions of this kind are not known here."))
    elif (choices := first(presentation, "render_choice")) is not None:
        _read_choices(question, element, choices)
    elif first(presentation, "render_fib") is not None:
        _read_text(question, element)
    else:
        question.refuse(number, _("Questions of this kind are not known here."))
    if not question.problems and any(True for _one in below(element, "matimage", "matvideo", "mataudio")):
        question.refuse(number, _("A question with a picture or a video cannot come."))
    return question


def _profile(element: Element) -> str:
    for field in below(element, "qtimetadatafield"):
        if words(first(field, "fieldlabel")) == "cc_profile":
            return words(first(field, "fieldentry")).removeprefix("cc.").partition(".")[0]
    return ""


def _material(presentation: Element | None) -> Element | None:
    """Return what is asked: the first material that belongs to no answer."""
    if presentation is None:
        return None
    for child in presentation:
        if name_of(child) == "material":
            return child
        if name_of(child) == "flow" and (found := _material(child)) is not None:
            return found
    return None


def _read_choices(question: Read, element: Element, choices: Element) -> None:
    right = _right(element)
    if not right:
        question.refuse(question.line, _("The file does not say which answer is right."))
        return
    told = _feedback(element)
    question.value |= {"clip": None, "choices": []}
    for label in below(choices, "response_label"):
        ident = label.get("ident", "")
        is_right = ident in right
        answer = {"text": said(label), "is_right": is_right, "feedback": told.get(ident) or said_of(is_right)}
        question.value["choices"].append(item(answer))


def said_of(is_right: bool) -> str:
    """Return what is said of an answer when its file says nothing."""
    return _("That is right.") if is_right else _("Not this one.")


def _right(element: Element) -> set[str]:
    """Return the answers that give the points; of conditions with parts that give some, those of all."""
    best: set[str] = set()
    for condition in below(element, "respcondition"):
        if not _gives_points(condition):
            continue
        denied = {words(one) for no in below(condition, "not") for one in below(no, "varequal")}
        best |= {words(one) for one in below(condition, "varequal")} - denied
    return best


def _gives_points(condition: Element) -> bool:
    try:
        return any(float(words(one) or 0) >= ENOUGH for one in children(condition, "setvar"))
    except ValueError:
        return False


def _feedback(element: Element) -> dict[str, str]:
    """Return what is said about each answer: of conditions that name one answer and show something."""
    texts = {one.get("ident", ""): said(one) for one in below(element, "itemfeedback")}
    told: dict[str, str] = {}
    for condition in below(element, "respcondition"):
        named = [words(one) for one in below(condition, "varequal")]
        shown = [texts.get(one.get("linkrefid", ""), "") for one in below(condition, "displayfeedback")]
        if len(named) == 1 and any(shown):
            told.setdefault(named[0], next(filter(None, shown)))
    return told


def _read_text(question: Read, element: Element) -> None:
    accepted = [
        words(one)
        for condition in below(element, "respcondition")
        if _gives_points(condition)
        for one in below(condition, "varequal", "varsubstring")
    ]
    if not accepted:
        question.refuse(question.line, _("The file does not say which answer is right."))
        return
    question.kind = "text"
    question.value |= {"accepted": [item(text) for text in dict.fromkeys(accepted)]}
    question.value |= {"right": said_of(True), "wrong": said_of(False)}
