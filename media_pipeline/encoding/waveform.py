"""The outline of a video's sound, to be drawn under a time line; taken from the measures of its loudness.

Format: the JSON data format of BBC audiowaveform, version 2
(https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md): ``data`` holds the least and the greatest sample
of each pixel in turn, 8 bits, one channel. Peaks are symmetrical here, because they were measured without their sign.
"""

import json

from media_pipeline.measuring.loudness import CEILING, RATE, ROW_SAMPLES, Sound

MOST_PIXELS = 2000
_LOUDEST = 127  # of 8 bits with a sign
_PEAK = "astats.Overall.Peak_level"


def drawn(sound: Sound) -> str:
    """Return the outline of ``sound`` as it is published, in at most 2,000 pixels of the same length."""
    peaks = [_published(row.get(_PEAK, -120.0), sound) for row in sound.rows]
    rows_a_pixel = max(1, -(-len(peaks) // MOST_PIXELS))
    pixels = [max(peaks[start : start + rows_a_pixel]) for start in range(0, len(peaks), rows_a_pixel)]
    return json.dumps(
        {
            "version": 2,
            "channels": 1,
            "sample_rate": RATE,
            "samples_per_pixel": rows_a_pixel * ROW_SAMPLES,
            "bits": 8,
            "length": len(pixels),
            "data": [value for pixel in pixels for value in (-pixel, pixel)],
        },
        separators=(",", ":"),
    )


def _published(decibels: float, sound: Sound) -> int:
    """The height of a recorded peak once the loudness was adjusted."""
    return round(_LOUDEST * 10 ** (min(CEILING if sound.needs_limit else 0.0, decibels + sound.gain) / 20))
