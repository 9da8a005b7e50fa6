"""The numbers behind the shot check, as data. Knows no Django and no ffmpeg.

Light is in 8-bit steps of limited-range video (16 black, 235 white), sound in LUFS and dBFS, blur in pixels of a
picture whose short side is 240. Where ``source`` says calibrated, the tests (test_shot_check.py) make the fault in
three strengths: the strong one must be found, the weak one, the clean clip and a real street must not be.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """When something is worth saying: beyond ``limit`` for at least ``least_ms``."""

    limit: float
    least_ms: int
    source: str


QUIET = Threshold(
    -36, 0, "A voice at an arm's length is near -25 LUFS; raising by more than 20 dB raises the hiss too."
)
PAUSE = Threshold(-25, 4000, "LU below the whole. Between sentences one rests a second or two.")
CLIPPED = Threshold(-0.2, 300, "dBFS. Calibrated: phones limit at about -1; only what was cut off reaches 0.")
HUM = Threshold(-55, 0, "dBFS between 45 and 130 Hz. Calibrated; mains hum and its first overtone lie there.")
HUM_SHARE = Threshold(0.6, 0, "Of the quieter third of moments that the hum rules. Calibrated.")

BLACK = Threshold(24, 1000, "The brightest tenth; ffmpeg's blackdetect takes a tenth of the range, too.")
DARK = Threshold(45, 2000, "Mean light. Calibrated: real clips in daylight and in rooms are at 70 and above.")
BLOWN = Threshold(225, 2000, "A tenth of the picture is nearly white. Calibrated: real clips stay below 200.")
BLOWN_MEAN = Threshold(165, 2000, "Mean light, so that a lamp in a dark room is not meant. Calibrated.")
FLAT = Threshold(28, 4000, "Steps between the darker and the brighter tenth. Calibrated: real clips have 40 to 150.")
BLURRED = Threshold(13, 3000, "Width of edges (Marziliano 2002, as blurdetect measures). Calibrated: sharp is 4 to 9.")
FROZEN = Threshold(0.12, 3000, "Mean change from picture to picture; the grain of a living camera is above 0.3.")
SHAKY = Threshold(
    1.8, 2000, "Hundredths of the picture by which its movement usually changes in 0.1 s. Calibrated: carried 0 to 1.4."
)
BARS = Threshold(0.08, 3000, "Share of the height or width that is black on both sides together.")
CUT = Threshold(18, 0, "scdet's score; its own default is 10, for pictures that follow each other closer than here.")
SHORT_SHOTS = Threshold(4, 0, "Cuts, each within 1.2 s of the one before; it takes about that long to read a picture.")
SHORT_SHOT_MS = 1200
SMALL = Threshold(480, 0, "Short side in pixels; every phone of the last ten years films 720 or more.")
UPSIDE_DOWN = Threshold(
    0.9, 0, "Of the pictures with a face, where it stands on its head. Calibrated: a person speaking, and her turned."
)
UPSIDE_DOWN_FACES = Threshold(3, 0, "Pictures. Calibrated: drawings and a real street, either way round, have none.")
