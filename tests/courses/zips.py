"""Courses as files for tests: a small whole one, and ways to make it a bad one."""

import io
import json
import zipfile

from PIL import Image

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 5000
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nTurn to the window\n"
CRITERIA = [{"title": "Light", "good": "Her face is lit", "points": 3}]


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#936").save(out, kind)
    return out.getvalue()


def lesson(*pieces, **values):
    return {"title": "Window light", "summary": "Find good light.", "open_to_all": True, "body": list(pieces)} | values


def text(words="<p>Turn to the window.</p>"):
    return {"type": "text", "value": words}


def course(**values):
    about = {
        "format": "hearthlight-course", "version": 1, "language": "en", "title": "Your first video",
        "summary": "From the phone to a film.", "for_whom": "For beginners.", "will_make": "One film.",
        "lessons": ["lessons/1.json"],
    }  # fmt: skip
    return about | values


def zip_of(files):
    """A zip of ``files``: text and bytes as they are, anything else as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes | str) else json.dumps(content))
    out.seek(0)
    return out


def small(*pieces, **values):
    """A course with one lesson of ``pieces``."""
    return zip_of({"course.json": course(**values), "lessons/1.json": lesson(*(pieces or [text()]))})
