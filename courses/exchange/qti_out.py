"""Questions as a QTI 2.1 package: a zip with a manifest and one ``assessmentItem`` each. No database.

https://www.imsglobal.org/question/qtiv2p1/imsqti_bindv2p1.html. Questions that show pictures or videos stay behind.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from courses.exchange.course_reading import clean_words

QTI: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMAS: Final = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p1.xsd"
KINDS: Final = ("choice", "order", "match", "text", "number")


def shows_something(value: Any) -> bool:
    """Say whether a question shows a picture or a video."""
    if isinstance(value, list):
        return any(map(shows_something, value))
    if not isinstance(value, Mapping):
        return False
    return bool(value.get("clip") or value.get("image")) or any(map(shows_something, value.values()))


def packaged(questions: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the package of raw ``questions``; what shows a picture or a video, or is of another kind, stays behind."""
    questions = [clean_words(raw) for raw in questions]
    fit = [raw for raw in questions if raw["type"] in KINDS and not shows_something(raw["value"])]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", _manifest(len(fit)))
        for number, raw in enumerate(fit, 1):
            archive.writestr(f"question-{number:03}.xml", _written(_item(number, raw), QTI))
    return out.getvalue()


def _written(root: Element, namespace: str) -> bytes:
    register_namespace("xsi", XSI)
    root.set("xmlns", namespace)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")


def _manifest(number: int) -> bytes:
    root = Element("manifest", {"identifier": "questions", f"{{{XSI}}}schemaLocation": f"{PACKAGE} imscp_v1p1.xsd"})
    about = SubElement(root, "metadata")
    SubElement(about, "schema").text = "QTIv2.1 Package"
    SubElement(about, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for one in range(1, number + 1):
        name = f"question-{one:03}"
        attributes = {"identifier": name, "type": "imsqti_item_xmlv2p1", "href": f"{name}.xml"}
        SubElement(SubElement(resources, "resource", attributes), "file", href=f"{name}.xml")
    return _written(root, PACKAGE)


def _item(number: int, raw: Mapping[str, Any]) -> Element:
    kind, value = raw["type"], raw["value"]
    root = Element(
        "assessmentItem",
        {
            "identifier": f"question-{number:03}",
            "title": value["text"],
            "adaptive": "false",
            "timeDependent": "false",
            f"{{{XSI}}}schemaLocation": f"{QTI} {SCHEMAS}",
        },
    )
    {"choice": _choice, "order": _order, "match": _match, "text": _text, "number": _number}[kind](root, value)
    for said in ("right", "wrong") if kind != "choice" else ():
        attributes = {"outcomeIdentifier": "FEEDBACK", "identifier": said, "showHide": "show"}
        SubElement(root, "modalFeedback", attributes).text = value.get(said) or ""
    return root


def _parts(value: Mapping[str, Any], name: str) -> list[Any]:
    """Return the entries of a list, each with the name it has in the item."""
    entries = [one["value"] if isinstance(one, Mapping) and "value" in one else one for one in value[name]]
    return [(f"A{number}", entry) for number, entry in enumerate(entries, 1)]


def _declare(root: Element, right: list[str], *, cardinality: str, base: str) -> Element:
    declared = SubElement(root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=base)
    answers = SubElement(declared, "correctResponse")
    for one in right:
        SubElement(answers, "value").text = one
    return declared


def _outcomes(root: Element, cardinality: str = "single") -> None:
    SubElement(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    SubElement(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality=cardinality, baseType="identifier")
    SubElement(root, "outcomeDeclaration", identifier="ANSWERED", cardinality="single", baseType="identifier")


def _body(root: Element, interaction: str, text: str, **attributes: str) -> Element:
    body = SubElement(root, "itemBody")
    found = SubElement(body, interaction, {"responseIdentifier": "RESPONSE"} | attributes)
    SubElement(found, "prompt").text = text
    return found


def _set_feedback(root: Element, condition: Element | None = None) -> None:
    """Score the answer, and say which of the two sentences about it is shown."""
    processing = SubElement(root, "responseProcessing")
    answered = SubElement(processing, "setOutcomeValue", identifier="ANSWERED")
    SubElement(answered, "baseValue", baseType="identifier").text = "yes"
    response = SubElement(processing, "responseCondition")
    for branch, score, said in (("responseIf", "1", "right"), ("responseElse", "0", "wrong")):
        part = SubElement(response, branch)
        if branch == "responseIf":
            part.append(condition if condition is not None else _is_correct())
        for name, base, word in (("SCORE", "float", score), ("FEEDBACK", "identifier", said)):
            outcome = SubElement(part, "setOutcomeValue", identifier=name)
            SubElement(outcome, "baseValue", baseType=base).text = word


def _say(choice: Element, one: Mapping[str, Any]) -> None:
    """Put into a choice what is said of it once there is an answer, right or not."""
    if one.get("feedback"):
        said = {"outcomeIdentifier": "ANSWERED", "identifier": "yes", "showHide": "show"}
        SubElement(choice, "feedbackInline", said).text = one["feedback"]


def _is_correct() -> Element:
    match = Element("match")
    SubElement(match, "variable", identifier="RESPONSE")
    SubElement(match, "correct", identifier="RESPONSE")
    return match


def _choice(root: Element, value: Mapping[str, Any]) -> None:
    choices = _parts(value, "choices")
    right = [name for name, one in choices if one.get("is_right")]
    many = "multiple" if len(right) > 1 else "single"
    _declare(root, right, cardinality=many, base="identifier")
    _outcomes(root, many)
    most = "0" if len(right) > 1 else "1"
    body = _body(root, "choiceInteraction", value["text"], shuffle="true", maxChoices=most)
    for name, one in choices:
        choice = SubElement(body, "simpleChoice", identifier=name)
        choice.text = one["text"]
        said = {"outcomeIdentifier": "FEEDBACK", "identifier": name, "showHide": "show"}
        SubElement(choice, "feedbackInline", said).text = one.get("feedback") or ""
    processing = SubElement(root, "responseProcessing")
    shown = SubElement(processing, "setOutcomeValue", identifier="FEEDBACK")
    SubElement(shown, "variable", identifier="RESPONSE")
    response = SubElement(processing, "responseCondition")
    part = SubElement(response, "responseIf")
    part.append(_is_correct())
    SubElement(SubElement(part, "setOutcomeValue", identifier="SCORE"), "baseValue", baseType="float").text = "1"


def _order(root: Element, value: Mapping[str, Any]) -> None:
    steps = _parts(value, "items")
    _declare(root, [name for name, _one in steps], cardinality="ordered", base="identifier")
    _outcomes(root)
    body = _body(root, "orderInteraction", value["text"], shuffle="true")
    for name, one in steps:
        choice = SubElement(body, "simpleChoice", identifier=name)
        choice.text = one["text"]
        _say(choice, one)
    _set_feedback(root)


def _match(root: Element, value: Mapping[str, Any]) -> None:
    pairs = _parts(value, "pairs")
    names = {text: f"B{number}" for number, text in enumerate(dict.fromkeys(one["match"] for _n, one in pairs), 1)}
    right = [f"{name} {names[one['match']]}" for name, one in pairs]
    _declare(root, right, cardinality="multiple", base="directedPair")
    _outcomes(root)
    body = _body(root, "matchInteraction", value["text"], shuffle="true", maxAssociations="0")
    first, second = SubElement(body, "simpleMatchSet"), SubElement(body, "simpleMatchSet")
    for name, one in pairs:
        choice = SubElement(first, "simpleAssociableChoice", identifier=name, matchMax="1")
        choice.text = one["text"]
        _say(choice, one)
    for text, name in names.items():
        SubElement(second, "simpleAssociableChoice", identifier=name, matchMax="0").text = text
    _set_feedback(root)


def _entry(root: Element, text: str) -> None:
    """Ask in words, with a place to write in: it stands in a line of text."""
    body = SubElement(root, "itemBody")
    SubElement(body, "p").text = text
    SubElement(SubElement(body, "p"), "textEntryInteraction", responseIdentifier="RESPONSE")


def _text(root: Element, value: Mapping[str, Any]) -> None:
    accepted = [one for _name, one in _parts(value, "accepted")]
    declared = _declare(root, accepted[:1], cardinality="single", base="string")
    mapping = SubElement(declared, "mapping", defaultValue="0")
    for one in accepted:
        SubElement(mapping, "mapEntry", mapKey=one, mappedValue="1", caseSensitive="false")
    _outcomes(root)
    _entry(root, value["text"])
    enough = Element("gt")
    SubElement(enough, "mapResponse", identifier="RESPONSE")
    SubElement(enough, "baseValue", baseType="float").text = "0"
    _set_feedback(root, enough)


def _number(root: Element, value: Mapping[str, Any]) -> None:
    _declare(root, [str(value["target"])], cardinality="single", base="float")
    _outcomes(root)
    unit = f" ({value['unit']})" if value.get("unit") else ""
    _entry(root, f"{value['text']}{unit}")
    near = str(value.get("tolerance") or 0)
    equal = Element("equal", {"toleranceMode": "absolute", "tolerance": f"{near} {near}"})
    SubElement(equal, "variable", identifier="RESPONSE")
    SubElement(equal, "correct", identifier="RESPONSE")
    _set_feedback(root, equal)
