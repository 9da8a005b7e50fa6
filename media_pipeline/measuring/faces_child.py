"""Count the pictures of a sprite that show a face, as they are and turned by 180°. Run as a script, never imported.

``python -I faces_child.py SPRITE WIDTH HEIGHT COUNT`` prints ``[upright, turned]``; WIDTH and HEIGHT are of one of its
COUNT pictures. Ends with an error where OpenCV or its cascade is missing.
"""

import json
import sys

import cv2

MOST = 24  # pictures, spread over the video
CASCADE = "haarcascade_frontalface_alt2.xml"
# The usual 3 neighbours take many a drawing for a face. Calibrated (test_upside_down.py): 6 still took a few, 8 none.
NEIGHBOURS = 8
LEAST = 0.2  # of the short side


def main(sprite: str, width: int, height: int, count: int) -> None:
    """Look at some of the pictures, on one core."""
    cv2.setNumThreads(1)
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + CASCADE)
    board = cv2.imread(sprite, cv2.IMREAD_GRAYSCALE)
    if cascade.empty() or board is None:
        sys.exit("There is no cascade, or no sprite.")
    columns = board.shape[1] // width
    least = round(LEAST * min(width, height))
    upright = turned = 0
    for number in range(0, count, -(-count // MOST)):
        x, y = number % columns * width, number // columns * height
        picture = board[y : y + height, x : x + width]
        upright += _has_face(cascade, picture, least)
        turned += _has_face(cascade, cv2.rotate(picture, cv2.ROTATE_180), least)
    sys.stdout.write(json.dumps([upright, turned]))


def _has_face(cascade: cv2.CascadeClassifier, picture: cv2.typing.MatLike, least: int) -> bool:
    return len(cascade.detectMultiScale(picture, 1.1, NEIGHBOURS, minSize=(least, least))) > 0


if __name__ == "__main__":
    main(sys.argv[1], *(int(value) for value in sys.argv[2:]))
