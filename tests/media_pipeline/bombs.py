"""Small files that cost a careless program much: built by hand, byte by byte (ISO/IEC 14496-12, Matroska)."""

import random
import struct
import zlib

_MEGABYTE = 1 << 20
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _words(len(body) + 8) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, _words(flags), *parts)


_FRONT = _box(b"ftyp", b"isom", _words(512), b"isommp41") + _box(b"mdat", b"\0\0\1\xb3" + b"\0" * 200)


def _movie(*, milliseconds: int, samples: int, each: int, chunks: int = 1) -> bytes:
    """An MP4 with one picture track whose index claims ``samples`` of ``each`` milliseconds."""
    header = _full(
        b"mvhd", _words(0, 0, 1000, milliseconds, 0x10000), b"\1" + b"\0" * 11, _MATRIX, b"\0" * 24, _words(2)
    )
    track = _full(b"tkhd", _words(0, 0, 1, 0, milliseconds), b"\0" * 16, _MATRIX, _words(320 << 16, 240 << 16), flags=7)
    entry = _box(b"mp4v", b"\0" * 7 + b"\1" + b"\0" * 16, struct.pack(">2H", 320, 240), b"\0" * 46, b"\0\x18\xff\xff")
    tables = [
        _full(b"stsd", _words(1), entry),
        _full(b"stts", _words(1, samples, each)),
        _full(b"stsc", _words(1, 1, -(-samples // chunks), 1)),
        _full(b"stsz", _words(1, samples)),
        _full(b"stco", _words(chunks, *[48] * chunks)),
    ]
    media = _box(
        b"mdia",
        _full(b"mdhd", _words(0, 0, 1000, milliseconds), b"\x55\xc4\0\0"),
        _full(b"hdlr", _words(0), b"vide", b"\0" * 14),
        _box(b"minf", _full(b"vmhd", b"\0" * 8, flags=1), _box(b"stbl", *tables)),
    )
    return _FRONT + _box(b"moov", header, _box(b"trak", track, media))


def claims_ten_hours() -> bytes:
    """Eight hundred bytes that say they last ten hours."""
    return _movie(milliseconds=36_000_000, samples=1, each=36_000_000)


def claims_many_pictures() -> bytes:
    """Four hundred kilobytes whose index has seventeen million entries: a gigabyte once it is built."""
    return _movie(milliseconds=60_000, samples=0xFFFFFF, each=0, chunks=100_000)


def claims_a_picture_each_millisecond() -> bytes:
    """Eight hundred bytes; the index takes half a gigabyte."""
    return _movie(milliseconds=60_000, samples=0xFFFFFF, each=1)


def packed_index() -> bytes:
    """A megabyte whose index, as old QuickTime packs it, unpacks to a gigabyte of zeros."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(_MEGABYTE)) for _megabyte in range(1000)) + packer.flush()
    return _FRONT + _box(
        b"moov", _box(b"cmov", _box(b"dcom", b"zlib"), _box(b"cmvd", _words(1000 * _MEGABYTE), packed))
    )


def boxes_in_boxes() -> bytes:
    """Twenty thousand boxes, each in the one before."""
    inner = b""
    for _level in range(20_000):
        inner = _box(b"trak", inner)
    return _FRONT + _box(b"moov", inner)


def huge_element() -> bytes:
    """A Matroska file of which one element claims 268 megabytes."""
    head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"
    return head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + b"\x15\x49\xa9\x66\x0f\xff\xff\xff" + bytes(1000)


def noise(beginning: bytes, size: int = 2_000_000) -> bytes:
    """Random bytes behind the first bytes of a real format, the same ones each time."""
    return beginning + random.Random(1).randbytes(size)


BOMBS = {
    "claims-ten-hours.mp4": claims_ten_hours,
    "claims-many-pictures.mp4": claims_many_pictures,
    "claims-a-picture-each-millisecond.mp4": claims_a_picture_each_millisecond,
    "packed-index.mov": packed_index,
    "boxes-in-boxes.mp4": boxes_in_boxes,
    "huge-element.mkv": huge_element,
}
BEGINNINGS = {
    "noise.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isommp41",
    "noise.mkv": b"\x1a\x45\xdf\xa3",
    "noise.avi": b"RIFF\xff\xff\xff\x7fAVI LIST",
    "noise.flv": b"FLV\1\5\0\0\0\x09\0\0\0\0",
    "noise.ogv": b"OggS",
    "noise.mpg": b"\0\0\1\xba",
    "noise.m2v": b"\0\0\1\xb3",
    "noise.wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c",
    "noise": b"",
}
