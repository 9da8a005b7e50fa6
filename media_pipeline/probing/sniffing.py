"""What kind of file this is, by its first bytes: answered before any decoder may see it. Knows no Django."""

from enum import StrEnum

LOOK_AT = 4096


class Kind(StrEnum):
    """What the first bytes look like; the values are reason codes, except for the last two."""

    EMPTY = "empty"
    TEXT = "text"
    PLAYLIST = "playlist"
    IMAGE = "image"
    ARCHIVE = "archive"
    VIDEO = "video"  # begins as a video file does; whether it is whole is another question
    UNKNOWN = "unknown"


_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"<smil", b"[playlist]", b"RTSP", b"v=0", b"#!")
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"\0\0\1\0")
_IMAGE_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF",
    b"\x7fELF",
    b"MZ",
)


def sniff(head: bytes) -> Kind:
    """Name the kind of a file from its first bytes (4096 are enough)."""
    if not head.strip(b"\0"):
        return Kind.EMPTY
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_PLAYLISTS):
        return Kind.PLAYLIST
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.IMAGE
    if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS:
        return Kind.IMAGE
    if head.startswith(_ARCHIVES):
        return Kind.ARCHIVE
    if _is_container(head):
        return Kind.VIDEO
    return Kind.TEXT if _is_text(head) else Kind.UNKNOWN


def _is_container(head: bytes) -> bool:
    """MP4 and MOV boxes, Matroska and WebM, AVI, FLV, Ogg, ASF, MPEG program and transport streams."""
    boxes = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
    starts = (
        b"\x1a\x45\xdf\xa3",
        b"FLV\x01",
        b"OggS",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        b"\0\0\1\xba",
        b"\0\0\1\xb3",
    )
    if head[4:8] in boxes or head.startswith(starts) or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return True
    return len(head) > 564 and all(head[at] == 0x47 for at in (0, 188, 376, 564))


def _is_text(head: bytes) -> bool:
    if any(byte < 9 or 13 < byte < 32 for byte in head if byte != 27):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == LOOK_AT  # a letter cut in two by the end of the look
    return True
