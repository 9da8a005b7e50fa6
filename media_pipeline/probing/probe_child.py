"""Probe a file with PyAV and print what ffprobe would. Run as a script in a child process, never imported.

``python -I probe_child.py FORMATS MOST_PIXELS FILE``. A broken file may crash the library: that is why it is a process
of its own.
"""

import json
import sys
from typing import Any

import av
from av.stream import Disposition

MOST_STREAMS = 64
_FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}  # AVFieldOrder
_TRANSFERS = {16: "smpte2084", 18: "arib-std-b67"}  # AVColorTransferCharacteristic
_SPACES = {0: "gbr", 1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc"}  # AVColorSpace


def describe_video(stream: Any) -> dict[str, Any]:
    """The facts of a picture stream; the rotation is known once a picture has been decoded."""
    context = stream.codec_context
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio or 1
    return {
        "width": context.width,
        "height": context.height,
        "pix_fmt": context.pix_fmt or "",
        "sample_aspect_ratio": str(aspect).replace("/", ":"),
        "avg_frame_rate": str(stream.average_rate or "0/0"),
        "r_frame_rate": str(stream.base_rate or "0/0"),
        "field_order": _FIELD_ORDERS.get(int(context.field_order), "unknown"),
        "color_transfer": _TRANSFERS.get(int(context.color_trc), "other"),
        "color_space": _SPACES.get(int(context.colorspace), "unknown"),
        "disposition": {"attached_pic": int(bool(stream.disposition & Disposition.attached_pic))},
    }


def rotation_of(container: Any, stream: Any, most_pixels: int) -> int:
    """How many degrees the first picture is to be turned; 0 when there is none to decode."""
    if stream.codec_context.width * stream.codec_context.height > most_pixels:
        return 0  # refused for its size anyway; decoding it is what a bomb wants
    try:
        for packet_number, packet in enumerate(container.demux(stream)):
            for frame in packet.decode():
                return int(frame.rotation)
            if packet_number > 200:
                break
    except av.error.FFmpegError:
        return 0
    return 0


def describe(stream: Any) -> dict[str, Any]:
    """The facts of one stream."""
    context = stream.codec_context
    facts: dict[str, Any] = {"index": stream.index, "codec_type": stream.type}
    if context is not None:
        facts["codec_name"] = context.codec.canonical_name if context.codec else context.name
    if stream.duration is not None and stream.time_base is not None:
        facts["duration"] = f"{float(stream.duration * stream.time_base):.6f}"
        facts["duration_ts"] = stream.duration
    if stream.frames:
        facts["nb_frames"] = stream.frames
    if stream.type == "video" and context is not None:
        facts |= describe_video(stream)
    return facts


def main(formats: str, most_pixels: str, path: str) -> None:
    """Print the facts as JSON; a file that cannot be opened ends with status 1 and the reason on stderr."""
    options = {"format_whitelist": formats, "protocol_whitelist": "file"}
    try:
        limited = [{"max_pixels": most_pixels}] * MOST_STREAMS
        with av.open(f"file:{path}", options=options, stream_options=limited) as container:
            streams = [describe(stream) for stream in container.streams]
            for stream, said in zip(container.streams, streams, strict=True):
                if stream.type == "video" and "width" in said and not said["disposition"]["attached_pic"]:
                    said["side_data_list"] = [{"rotation": rotation_of(container, stream, int(most_pixels))}]
                    break
            facts: dict[str, Any] = {"format_name": container.format.name}
            if container.duration:
                facts["duration"] = f"{container.duration / 1_000_000:.6f}"
    except (av.error.FFmpegError, OSError, ValueError) as error:
        sys.exit(str(error))
    print(json.dumps({"streams": streams, "format": facts}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
