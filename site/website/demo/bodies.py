"""Turns written pieces and blocks into the raw data of Wagtail's stream fields, with ids that both languages share."""

from collections.abc import Mapping
from typing import Any

from website.demo.reading import Lesson, Piece, rich_text, stable_id

Raw = dict[str, Any]

SECONDS = {"first-video": (45, 75), "home-to-audience": (45, 90)}
QUIZ_TITLES = {"en": "What stayed with you?", "zh-hans": "记住了多少？"}
CHECKLIST_HEADINGS = {"en": "Your checklist", "zh-hans": "你的清单"}
RUBRIC_HEADINGS = {"en": "What your teacher looks at", "zh-hans": "老师会看什么"}
HIGHEST = 3  # points of a criterion: its levels are 0 to 3


def block(kind: str, value: Any, block_id: str) -> Raw:
    """Return one block of a stream, as Wagtail stores it."""
    return {"type": kind, "value": value, "id": block_id}


def _items(values: list[Any], *names: str) -> list[Raw]:
    """Return the entries of a list block."""
    return [block("item", value, stable_id(*names, str(number))) for number, value in enumerate(values)]


def drawings_of(lesson: Lesson) -> set[str]:
    """Return the names of the drawings that the questions of ``lesson`` show."""
    questions = [question for piece in lesson.pieces for question in piece.data.get("questions", [])]
    return drawings_in(questions)


def drawings_in(questions: list[Raw]) -> set[str]:
    """Return the names of the drawings that ``questions`` show."""
    entries = [*questions, *(choice for question in questions for choice in question.get("choices", []))]
    return {entry["picture"] for entry in entries if "picture" in entry}


def lesson_body(
    lesson: Lesson, language: str, *, video_id: str, rubric_ids: Mapping[str, str], pictures: Mapping[str, int]
) -> list[Raw]:
    """Return the body of ``lesson`` in ``language``.

    ``rubric_ids`` maps an assignment's piece id to its rubric, ``pictures`` the name of a drawing to its image.
    """
    body: list[Raw] = []
    for piece in lesson.pieces:
        if piece.kind == "video":
            body.append(block("video", _video(lesson, piece, language, video_id), piece.id))
        elif piece.kind == "text":
            body.append(block("heading", piece.data["heading"][language], piece.child_id("heading")))
            body.append(block("text", rich_text(piece.data[language]), piece.id))
        elif piece.kind == "quiz":
            body.append(block("quiz", _quiz(piece, language, pictures), piece.id))
        else:
            body.append(block("heading", CHECKLIST_HEADINGS[language], piece.child_id("checklist", "heading")))
            body.append(block("text", _checklist(piece, language), piece.child_id("checklist", "text")))
            body.append(block("heading", RUBRIC_HEADINGS[language], piece.child_id("rubric", "heading")))
            body.append(block("text", _levels(piece, language), piece.child_id("rubric", "text")))
            body.append(block("assignment", _assignment(lesson, piece, language, rubric_ids[piece.id]), piece.id))
    return body


def _video(lesson: Lesson, piece: Piece, language: str, video_id: str) -> Raw:
    spoken = (" " if language == "en" else "").join(slide.say[language] for slide in lesson.slides)
    return {"video": video_id, "caption": "", "transcript": spoken, "teaches": piece.data.get("teaches", [])}


def _quiz(piece: Piece, language: str, pictures: Mapping[str, int]) -> Raw:
    questions = [question_body(q, piece, language, pictures) for q in piece.data["questions"]]
    return {"title": QUIZ_TITLES[language], "pass_mark": 60, "questions": questions}


def question_body(question: Raw, piece: Piece, language: str, pictures: Mapping[str, int]) -> Raw:
    """Return one question of ``piece`` as its block; ``pictures`` maps drawings to ids of images."""
    kind = question.get("kind", "choice")
    value: Raw = {"text": question["text"][language]}
    value |= {name: question[name][language] for name in ("right", "wrong") if name in question}
    value |= {name: question[name] for name in ("target", "tolerance") if name in question}
    if "unit" in question:
        value["unit"] = question["unit"][language]
    if "picture" in question:
        value["picture"] = _image(question["picture"], question["text"][language], pictures)
    if "accepted" in question:
        value["accepted"] = _items(question["accepted"][language], piece.id, question["key"])
    for name in ("choices", "items", "pairs"):
        if name in question:
            entries = [_entry(entry, language, pictures) for entry in question[name]]
            if name == "choices":
                entries = [{"is_right": False} | entry for entry in entries]
            value[name] = _items(entries, piece.id, question["key"])
    if kind in ("choice", "number"):
        value["clip"] = None
    return block(kind, value, piece.child_id(question["key"]))


def _entry(entry: Raw, language: str, pictures: Mapping[str, int]) -> Raw:
    """Return one answer, step or pair: words in ``language``, numbers as they are, a drawing as its image."""
    names = {"right": "is_right"}
    value = {names.get(n, n): part[language] if isinstance(part, dict) else part for n, part in entry.items()}
    if "picture" in value:
        value |= {"picture": _image(value["picture"], value["text"], pictures), "clip": None}
    return value


def _image(drawing: str, words: str, pictures: Mapping[str, int]) -> Raw:
    return {"image": pictures[drawing], "alt_text": words, "decorative": False}


def _assignment(lesson: Lesson, piece: Piece, language: str, rubric_id: str) -> Raw:
    shortest, longest = SECONDS[lesson.course_key]
    return {
        "title": piece.data["title"][language],
        "brief": rich_text(piece.data["brief"][language]),
        "example": None,
        "checklist": _items([entry[language] for entry in piece.data["checklist"]], piece.id, "checklist"),
        "min_seconds": shortest,
        "max_seconds": longest,
        "rubric": rubric_id,
    }


def _checklist(piece: Piece, language: str) -> str:
    """Return the checklist as rich text, so that she has it before she films, and not only when she sends."""
    return rich_text("\n".join(f"- {entry[language]}" for entry in piece.data["checklist"]))


def _levels(piece: Piece, language: str) -> str:
    """Return the rubric as rich text, so that she knows it before she films."""
    colon = "：" if language.startswith("zh") else ": "
    parts = []
    for criterion in piece.data["criteria"]:
        levels = reversed(list(enumerate(criterion["levels"])))
        entries = "\n".join(f"- **{points}**{colon}{level[language]}" for points, level in levels)
        parts.append(f"<h3>{criterion['title'][language]}</h3>{rich_text(entries)}")
    return "".join(parts)


def rubric_criteria(piece: Piece, language: str) -> list[Raw]:
    """Return the criteria of an assignment's rubric; each says what every number of points means, the best first."""
    criteria = []
    for criterion in piece.data["criteria"]:
        levels = [f"{points}: {level[language]}" for points, level in enumerate(criterion["levels"])]
        good = "\n".join(reversed(levels))
        value = {"title": criterion["title"][language], "good": good, "points": HIGHEST}
        criteria.append(block("criterion", value, piece.child_id("criterion", criterion["key"])))
    return criteria


def page_body(page_key: str, data: Raw, language: str, *, places: Mapping[str, int]) -> list[Raw]:
    """Return the body of a home or plain page. ``places`` maps "page:…", "course:…", "lesson:…" to page ids."""
    return [
        block(
            "rich_text" if entry["kind"] == "text" else entry["kind"],
            _MAKERS[entry["kind"]](entry, language, places, stable_id("pages", page_key, entry["key"])),
            stable_id("pages", page_key, entry["key"]),
        )
        for entry in data["blocks"]
    ]


def _link(entry: Raw, language: str, places: Mapping[str, int]) -> Raw:
    return {"label": entry["label"][language], "page": places[entry["to"]], "address": ""}


def _hero(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    return {
        "title": entry["title"][language],
        "text": entry["text"][language],
        "illustration": entry["illustration"],
        "links": _items([_link(link, language, places) for link in entry["links"]], name),
        "small_print": entry["small_print"][language],
    }


def _steps(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    steps = [
        {"title": step["title"][language], "text": step["text"][language], "illustration": step["illustration"]}
        for step in entry["steps"]
    ]
    return {"title": entry["title"][language], "steps": _items(steps, name)}


def _courses(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    chosen = [places[f"course:{key}"] for key in entry["courses"]]
    return {"title": entry["title"][language], "text": entry["text"][language], "courses": _items(chosen, name)}


def _story(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    words = {key: entry[key][language] for key in ("quote", "name", "about")}
    return words | {"is_example": True, "illustration": entry["illustration"]}


def _questions(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    questions = [{"question": q["question"][language], "answer": rich_text(q[language])} for q in entry["questions"]]
    return {"title": entry["title"][language], "questions": _items(questions, name)}


def _call(entry: Raw, language: str, places: Mapping[str, int], name: str) -> Raw:
    link = _link(entry["link"], language, places)
    return {"title": entry["title"][language], "text": entry["text"][language], "link": link}


def _text(entry: Raw, language: str, places: Mapping[str, int], name: str) -> str:
    return rich_text(entry[language])


_MAKERS = {
    "hero": _hero,
    "steps": _steps,
    "courses": _courses,
    "story": _story,
    "questions": _questions,
    "call": _call,
    "text": _text,
}
