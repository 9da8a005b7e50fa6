"""Listen to one file and print the words. Run as a script under limits, never imported by the site.

``python -I speech_child.py MODEL FILE LANGUAGE`` prints ``[start_ms, end_ms, "word"]`` a line, and how far it is.
"""

import json
import os
import sys


def main(model: str, path: str, language: str) -> None:
    """Use two cores at most and never a network."""
    os.environ.update(HF_HUB_OFFLINE="1")
    from faster_whisper import WhisperModel

    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
    segments, _info = whisper.transcribe(
        path, language=language, vad_filter=True, word_timestamps=True, condition_on_previous_text=False
    )
    for segment in segments:
        for word in segment.words or ():
            sys.stdout.write(json.dumps([round(word.start * 1000), round(word.end * 1000), word.word]) + "\n")
        sys.stdout.write(f"out_time_us={round(segment.end * 1_000_000)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
