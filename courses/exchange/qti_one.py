"""Questions of QTI 1.2 as Common Cartridge has them. Raw data in, raw data out; no database.

https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html, and the profile of Common Cartridge 1.3.
"""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.exchange.question_rows import Read
from courses.exchange.xml_reading import below, children, first, name_of, said, words

WHEN_RIGHT, WHEN_WRONG, ALWAYS = "correct_fb", "general_incorrect_fb", "general_fb"  # as Common Cartridge names them
ENOUGH = 50.0  # a condition that gives less than half of the points does not say what is right
MOST_DIGITS = 12  # before or after the point
ANYTHING = 0.001  # of the points, which are divided among pairs
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
    profile = _metadata(element, "cc_profile").removeprefix("cc.").partition(".")[0]
    answers = list(below(element, "response_lid", "response_str", "response_num"))
    if presentation is None or (profile and profile not in PROFILES):
        question.refuse(number, _("Questions of this kind are not known here."))
    elif len(answers) > 1:
        _read_pairs(question, element, answers)
    elif (choices := first(presentation, "render_choice")) is not None:
        _read_choices(question, element, choices)
    elif first(presentation, "render_fib") is not None:
        _read_entry(question, element)
    else:
        question.refuse(number, _("Questions of this kind are not known here."))
    if not question.problems and any(True for _one in below(element, "matimage", "matvideo", "mataudio")):
        question.refuse(number, _("A question with a picture or a video cannot come."))
    return question


def _metadata(element: Element, label: str) -> str:
    for field in below(element, "qtimetadatafield"):
        if words(first(field, "fieldlabel")) == label:
            return words(first(field, "fieldentry"))
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
    told, as_a_whole = _feedback(element), _said_as_a_whole(element)
    question.value |= {"clip": None, "choices": []}
    for label in below(choices, "response_label"):
        ident = label.get("ident", "")
        is_right = ident in right
        feedback = told.get(ident) or as_a_whole["right" if is_right else "wrong"]
        question.value["choices"].append(item({"text": said(label), "is_right": is_right, "feedback": feedback}))


def said_of(is_right: bool) -> str:
    """Return what is said of an answer when its file says nothing."""
    return _("That is right.") if is_right else _("Not this one.")


def _said_as_a_whole(element: Element) -> dict[str, str]:
    """Return what is said of a right and of a wrong answer, whichever it is."""
    texts = _texts(element)
    named = {"right": (WHEN_RIGHT, True), "wrong": (WHEN_WRONG, False)}
    return {
        name: texts.get(ident) or texts.get(ALWAYS) or said_of(is_right) for name, (ident, is_right) in named.items()
    }


def _texts(element: Element) -> dict[str, str]:
    return {one.get("ident", ""): said(one) for one in below(element, "itemfeedback")}


def _right(element: Element) -> set[str]:
    """Return the answers that give the points; of conditions with parts that give some, those of all."""
    best: set[str] = set()
    for condition in below(element, "respcondition"):
        if not _gives_points(condition):
            continue
        denied = {words(one) for no in below(condition, "not") for one in below(no, "varequal")}
        best |= {words(one) for one in below(condition, "varequal")} - denied
    return best


def _gives_points(condition: Element, least: float = ENOUGH) -> bool:
    try:
        return any(float(words(one) or 0) >= least for one in children(condition, "setvar"))
    except ValueError:
        return False


def _feedback(element: Element) -> dict[str, str]:
    """Return what is said about each answer: of conditions that name one answer and show something."""
    texts = _texts(element)
    told: dict[str, str] = {}
    for condition in below(element, "respcondition"):
        named = [words(one) for one in below(condition, "varequal")]
        shown = [texts.get(one.get("linkrefid", ""), "") for one in below(condition, "displayfeedback")]
        if len(named) == 1 and any(shown):
            told.setdefault(named[0], next(filter(None, shown)))
    return told


def _read_pairs(question: Read, element: Element, answers: list[Element]) -> None:
    """Read what belongs together: one list to choose from for each thing."""
    kind = _metadata(element, "question_type")
    if kind not in ("", "matching_question") or any(name_of(one) != "response_lid" for one in answers):
        question.refuse(question.line, _("Questions of this kind are not known here."))
        return
    right = {
        one.get("respident", ""): words(one)
        for condition in below(element, "respcondition")
        if _gives_points(condition, ANYTHING)
        for one in below(condition, "varequal")
    }
    question.kind = "match"
    question.value |= {"pairs": []} | _said_as_a_whole(element)
    for answer in answers:
        labels = {label.get("ident", ""): said(label) for label in below(answer, "response_label")}
        match = labels.get(right.get(answer.get("ident", ""), ""))
        if match is None:
            question.refuse(question.line, _("The file does not say which answer is right."))
            return
        pair = {"text": said(first(answer, "material")), "match": match, "feedback": ""}
        question.value["pairs"].append(item(pair))


def _read_entry(question: Read, element: Element) -> None:
    """Read a word or a number of her own."""
    points = [condition for condition in below(element, "respcondition") if _gives_points(condition)]
    accepted = list(dict.fromkeys(words(one) for one in _among(points, "varequal", "varsubstring")))
    number = _number(points, accepted) if _is_number(element) else None
    if number:
        question.kind = "number"
        question.value |= {"clip": None, "unit": ""} | number | _said_as_a_whole(element)
    elif accepted:
        question.kind = "text"
        question.value |= {"accepted": [item(text) for text in accepted]} | _said_as_a_whole(element)
    else:
        question.refuse(question.line, _("The file does not say which answer is right."))


def _is_number(element: Element) -> bool:
    entry = first(element, "render_fib")
    is_decimal = entry is not None and entry.get("fibtype", "").lower() in ("decimal", "integer")
    return is_decimal or _metadata(element, "question_type") == "numerical_question"


def _number(points: list[Element], accepted: list[str]) -> dict[str, str] | None:
    """Return the right number and how far from it is right too; None for no number, or for several."""
    lowest, highest = list(_among(points, "vargte", "vargt")), list(_among(points, "varlte", "varlt"))
    try:
        if len(lowest) == len(highest) == 1:
            low, high = Decimal(words(lowest[0])), Decimal(words(highest[0]))
        elif len(accepted) == 1 and not lowest and not highest:
            low = high = Decimal(accepted[0])
        else:
            return None
        return {"target": _written((low + high) / 2), "tolerance": _written((high - low) / 2)}
    except ArithmeticError:
        return None


def _among(conditions: list[Element], *names: str) -> Iterator[Element]:
    return (one for condition in conditions for one in below(condition, *names))


def _written(number: Decimal) -> str:
    """Return a number without needless digits. Raises ArithmeticError for one that nobody would write out."""
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ArithmeticError
    return format(number.normalize(), "f")
