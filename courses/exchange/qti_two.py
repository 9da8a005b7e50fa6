"""Questions of QTI 2.1 and 2.2: one ``assessmentItem`` each. Raw data in, raw data out; no database.

https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html. What has one interaction of a kind known here is read;
pictures, videos and templates are not.
"""

from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.exchange.qti_one import item, said_of
from courses.exchange.question_rows import Read
from courses.exchange.xml_reading import below, children, first, name_of, words

_SEEN = ("img", "object", "video", "audio", "math")


def is_item(root: Element) -> bool:
    """Say whether the file is one question."""
    return name_of(root) == "assessmentItem"


def read_item(number: int, root: Element) -> Read:
    """Return the question in ``root`` with what is wrong in it."""
    question = Read(number, "choice", [(number, {"question": root.get("title", "")})])
    body = first(root, "itemBody")
    interactions = list(below(body, *_names(body))) if body is not None else []
    readers = {
        "choiceInteraction": _choice, "orderInteraction": _order, "matchInteraction": _match,
        "textEntryInteraction": _entry,
    }  # fmt: skip
    if body is None or len(interactions) != 1 or name_of(interactions[0]) not in readers:
        question.refuse(number, _("Questions of this kind are not known here."))
        return question
    if any(True for _one in below(body, *_SEEN)):
        question.refuse(number, _("A question with a picture or a video cannot come."))
        return question
    question.value = {"text": _asked(body, interactions[0])}
    question.rows = [(number, {"question": question.value["text"]})]
    readers[name_of(interactions[0])](question, root, interactions[0])
    if not _right(root) and not question.problems and question.kind != "text":
        question.refuse(number, _("The file does not say which answer is right."))
    return question


def _names(body: Element) -> set[str]:
    return {name_of(one) for one in body.iter() if name_of(one).endswith("Interaction")}


def _asked(body: Element, interaction: Element) -> str:
    """Return the words around the interaction and its prompt, which some programs write twice."""
    prompt = words(first(interaction, "prompt"))
    around = []
    for part in body:
        if name_of(part) in ("feedbackBlock", "rubricBlock") or part is interaction:
            continue
        inside = any(one is interaction for one in part.iter())
        around.append(_without(part, interaction) if inside else words(part))
    said_once = dict.fromkeys(" ".join(part.split()) for part in [*around, prompt])
    return " ".join(filter(None, said_once))


def _without(part: Element, left: Element) -> str:
    """Return the words of ``part`` but those inside ``left``."""
    if part is left:
        return part.tail or ""
    own = [part.text or ""]
    for child in part:
        own += [_without(child, left)] if child is left or any(one is left for one in child.iter()) else [words(child)]
        own += [child.tail or ""] if child is not left else []
    return " ".join(" ".join(own).split())


def _right(root: Element) -> list[str]:
    declared = first(root, "responseDeclaration")
    return [words(one) for one in below(first(declared, "correctResponse"), "value")] if (
        declared is not None and first(declared, "correctResponse") is not None
    ) else []  # fmt: skip


def _label(choice: Element) -> str:
    """Return an answer's words without the feedback inside it."""
    own = [choice.text or ""]
    for child in choice:
        own += [words(child)] if not name_of(child).startswith("feedback") else []
        own.append(child.tail or "")
    return " ".join(" ".join(own).split())


def _feedback(choice: Element) -> str:
    return words(first(choice, "feedbackInline"))


def _modal(root: Element) -> dict[str, str]:
    said = {one.get("identifier", "").lower(): words(one) for one in below(root, "modalFeedback")}
    right, wrong = said.get("right") or said.get("correct"), said.get("wrong") or said.get("incorrect")
    return {"right": right or said_of(True), "wrong": wrong or said_of(False)}


def _choice(question: Read, root: Element, interaction: Element) -> None:
    right = set(_right(root))
    question.value |= {"clip": None, "choices": []}
    for choice in below(interaction, "simpleChoice"):
        is_right = choice.get("identifier") in right
        said = _feedback(choice) or said_of(is_right)
        question.value["choices"].append(item({"text": _label(choice), "is_right": is_right, "feedback": said}))


def _order(question: Read, root: Element, interaction: Element) -> None:
    question.kind = "order"
    steps = {choice.get("identifier"): choice for choice in below(interaction, "simpleChoice")}
    right = [steps[name] for name in _right(root) if name in steps]
    if len(right) != len(steps):
        question.refuse(question.line, _("The file does not say which answer is right."))
    listed = [{"text": _label(one), "picture": None, "feedback": _feedback(one)} for one in right]
    question.value |= {"items": [item(step) for step in listed]} | _modal(root)


def _match(question: Read, root: Element, interaction: Element) -> None:
    question.kind = "match"
    sets = children(interaction, "simpleMatchSet")
    choices = {one.get("identifier"): one for group in sets for one in below(group, "simpleAssociableChoice")}
    pairs = [pair.split() for pair in _right(root)]
    known = [(choices[a], choices[b]) for a, b in (pair for pair in pairs if len(pair) == 2) if {a, b} <= set(choices)]
    if len(known) != len(pairs):
        question.refuse(question.line, _("The file does not say which answer is right."))
    listed = [{"text": _label(a), "match": _label(b), "feedback": _feedback(a)} for a, b in known]
    question.value |= {"pairs": [item(pair) for pair in listed]} | _modal(root)


def _entry(question: Read, root: Element, interaction: Element) -> None:
    declared = first(root, "responseDeclaration")
    kind = declared.get("baseType", "string") if declared is not None else "string"
    if kind in ("float", "integer"):
        question.kind = "number"
        if _is_relative(root):
            question.refuse(
                question.line, _("How far is right too has to be a number here, not a share of the right one.")
            )
        target = next(iter(_right(root)), "")
        question.value |= {"clip": None, "target": target, "tolerance": _tolerance(root), "unit": ""} | _modal(root)
        return
    question.kind = "text"
    mapped = [one.get("mapKey", "") for one in below(root, "mapEntry") if _is_positive(one.get("mappedValue"))]
    accepted: list[Any] = list(dict.fromkeys(filter(None, [*_right(root), *mapped])))
    if not accepted:
        question.refuse(question.line, _("The file does not say which answer is right."))
    question.value |= {"accepted": [item(text) for text in accepted]} | _modal(root)


def _is_positive(text: str | None) -> bool:
    try:
        return float(text or 0) > 0
    except ValueError:
        return False


def _tolerance(root: Element) -> str:
    """Return how far is right too."""
    equal = first(root, "equal")
    if equal is None or equal.get("toleranceMode") != "absolute":
        return "0"
    return next(iter(equal.get("tolerance", "").split()), "0")


def _is_relative(root: Element) -> bool:
    equal = first(root, "equal")
    return equal is not None and equal.get("toleranceMode") == "relative"
