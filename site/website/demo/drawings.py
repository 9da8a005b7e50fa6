"""The drawings of the lesson slides, as data: simple shapes on a square of 100 by 100, y down.

A shape is ``(kind, colour, numbers, size)``: kinds "rect" (corners; size is the corner radius), "oval" (corners),
"poly" (points), "line" (points; size is the width) and "arc" (corners, start and end angle; size is the width).
Colours are the names of :data:`PALETTE`, the light theme of ``site.css``.
"""

Shape = tuple[str, str, tuple[float, ...], float]

PALETTE = {
    "paper": "#fbf7f0", "surface": "#fffdf9", "ink": "#2a201a", "soft": "#64564a", "line": "#e5d9c8",
    "accent": "#a8431d", "wall": "#f3e3d0", "glow": "#f6c98b", "ember": "#c9572a", "dusk": "#7a4d48",
    "night": "#3b2b2f", "leaf": "#7d8a63", "wood": "#9b6a48", "cream": "#fff6e8", "skin": "#e3b48f",
}  # fmt: skip


def moved(shapes: list[Shape], dx: float, dy: float, scale: float = 1.0) -> list[Shape]:
    """Return ``shapes`` scaled from the top left corner and then moved."""
    result: list[Shape] = []
    for kind, colour, numbers, size in shapes:
        count = 4 if kind == "arc" else len(numbers)
        places = tuple(n * scale + (dx if i % 2 == 0 else dy) for i, n in enumerate(numbers[:count]))
        result.append((kind, colour, places + numbers[count:], size * scale))
    return result


_TABLE: list[Shape] = [("rect", "wood", (0, 80, 100, 86), 0), ("rect", "cream", (0, 86, 100, 100), 0)]
_CUP: list[Shape] = [
    ("arc", "ember", (15, 4, 29, 18, 270, 90), 3),
    ("rect", "ember", (0, 0, 22, 22), 5),
    ("rect", "accent", (0, 0, 22, 4), 2),
    ("line", "cream", (7, -6, 9, -10, 6, -14), 1.4),
    ("line", "cream", (14, -5, 16, -9, 13, -13), 1.4),
]
_PHONE: list[Shape] = [
    ("rect", "night", (0, 0, 22, 42), 4),
    ("rect", "glow", (2, 4, 20, 38), 2),
    ("oval", "cream", (9.6, 38.8, 12.4, 41.2), 0),
]
_BOOKS: list[Shape] = [
    ("rect", "leaf", (0, 16, 44, 24), 1.5),
    ("rect", "dusk", (4, 8, 40, 16), 1.5),
    ("rect", "ember", (1, 0, 42, 8), 1.5),
    ("rect", "cream", (30, 2, 41, 6), 0),
]
_WINDOW: list[Shape] = [
    ("rect", "wood", (0, 0, 48, 60), 2),
    ("rect", "cream", (4, 4, 44, 56), 0),
    ("rect", "glow", (4, 34, 44, 56), 0),
    ("oval", "ember", (25, 28, 37, 40), 0),
    ("rect", "leaf", (4, 46, 44, 56), 0),
    ("rect", "wood", (22.5, 4, 25.5, 56), 0),
    ("rect", "wood", (4, 27, 44, 29.5), 0),
    ("rect", "wood", (-3, 59, 51, 63), 1),
]
_HEAD: list[Shape] = [
    ("oval", "night", (0, 0, 24, 22), 0),
    ("rect", "night", (0, 10, 24, 29), 7),
    ("oval", "skin", (4, 4, 20, 22), 0),
    ("poly", "night", (3, 11, 7, 4, 14, 2, 20, 5, 21, 11, 15, 7.5), 0),
]
_PERSON: list[Shape] = [
    ("rect", "dusk", (0, 20, 28, 62), 13),
    ("rect", "skin", (11.4, 16, 16.6, 24), 2),
    *moved(_HEAD[:2], 3, -3, 0.92),
    ("rect", "dusk", (1, 24, 27, 60), 12),
    ("rect", "skin", (11.4, 16, 16.6, 25.5), 2),
    *moved(_HEAD[2:], 3, -3, 0.92),
]
_LAMP: list[Shape] = [
    ("rect", "night", (18, 30, 21, 62), 0),
    ("rect", "night", (8, 60, 31, 64), 2),
    ("poly", "ember", (8, 0, 31, 0, 39, 32, 0, 32), 0),
]
_CARD: list[Shape] = [("rect", "surface", (0, 0, 20, 16), 1.5), ("rect", "line", (3, 11, 17, 12.4), 0)]


def _cards() -> list[Shape]:
    places = [(10 + 28 * column, 12 + 26 * row) for row in range(3) for column in range(3)][:8]
    shapes = [shape for x, y in places for shape in moved(_CARD, x, y, 1.15)]
    marks: list[Shape] = [
        ("oval", "ember", (18, 15, 26, 23), 0), ("rect", "leaf", (44, 18, 56, 24), 1),
        ("line", "dusk", (72, 23, 78, 16, 84, 23), 1.5), ("rect", "glow", (17, 42, 27, 50), 1),
        ("line", "ember", (44, 48, 50, 42, 56, 48), 1.5), ("oval", "dusk", (73, 41, 83, 50), 0),
        ("line", "leaf", (16, 76, 22, 68, 28, 76), 1.5), ("oval", "ember", (45, 68, 55, 77), 0),
    ]  # fmt: skip
    pencil: list[Shape] = [("poly", "wood", (68, 88, 86, 66, 90, 69, 72, 91), 0)]
    return shapes + marks + pencil


def _calendar() -> list[Shape]:
    shapes: list[Shape] = [
        ("rect", "surface", (16, 18, 84, 84), 4),
        ("rect", "ember", (16, 18, 84, 34), 4),
        ("rect", "night", (30, 12, 33, 24), 1),
        ("rect", "night", (67, 12, 70, 24), 1),
    ]
    for row in range(3):
        for column in range(5):
            x, y = 22 + column * 12, 41 + row * 14
            colour = "glow" if (row, column) in {(0, 3), (2, 3)} else "line"
            shapes.append(("rect", colour, (x, y, x + 8, y + 9), 1.5))
    return shapes


DRAWINGS: dict[str, list[Shape]] = {
    "window": [*moved(_WINDOW, 20, 8, 1.25), *moved(_CUP, 56, 69.6, 0.58)],
    "window_side": [
        ("poly", "cream", (22, 18, 22, 62, 96, 100, 96, 40), 0), *_TABLE, *moved(_WINDOW, -8, 10, 0.72),
        *moved(_PERSON, 56, 34, 0.9), ("rect", "glow", (44, 70, 60, 81), 5),
    ],
    "window_behind": [
        *moved(_WINDOW, 16, 6, 1.4), ("rect", "night", (36, 54, 68, 100), 15), ("oval", "night", (41, 33, 63, 57), 0),
        ("rect", "night", (42, 44, 62, 62), 6),
    ],
    "lamp": [
        *_TABLE, *moved(_LAMP, 32, 17), ("line", "night", (22, 18, 82, 76), 2.4),
    ],
    "cup": [*_TABLE, ("oval", "wood", (30, 76, 74, 82), 0), *moved(_CUP, 34, 38, 1.8)],
    "phone_books": [
        *_TABLE, *moved(_BOOKS, 24, 56), ("line", "night", (58, 55, 66, 30), 2), *moved(_PHONE, 36, 13),
        ("oval", "ember", (44, 27, 50, 33), 0),
    ],
    "phone_face": [
        *moved(_PHONE, 28, 6, 2.05), ("rect", "dusk", (34, 60, 68, 83), 10),
        *moved(_HEAD, 35, 26, 1.3), ("rect", "skin", (47, 52, 54, 62), 2),
        ("arc", "surface", (33, 24, 69, 60, 0, 360), 1.6),
    ],
    "thirds": [
        ("rect", "surface", (8, 20, 92, 80), 3), ("rect", "glow", (8, 60, 92, 80), 3),
        *moved(_PERSON, 53, 32, 0.78), ("line", "wood", (36, 20, 36, 80), 0.9),
        ("line", "wood", (64, 20, 64, 80), 0.9),
        ("line", "wood", (8, 40, 92, 40), 0.9), ("line", "wood", (8, 60, 92, 60), 0.9),
        ("arc", "ember", (60, 36, 68, 44, 0, 360), 1.4),
    ],
    "horizon": [
        ("rect", "glow", (0, 0, 100, 58), 0), ("oval", "ember", (36, 34, 64, 62), 0),
        ("rect", "leaf", (0, 54, 100, 100), 0),
        ("poly", "dusk", (0, 54, 26, 42, 52, 54), 0), ("line", "cream", (0, 54, 100, 54), 1),
    ],
    "distances": [
        ("rect", "surface", (6, 30, 32, 68), 2), ("rect", "surface", (37, 30, 63, 68), 2),
        ("rect", "surface", (68, 30, 94, 68), 2), ("oval", "leaf", (16, 50, 22, 56), 0),
        ("rect", "line", (8, 56, 30, 58), 0), ("oval", "leaf", (42, 42, 58, 58), 0),
        ("rect", "line", (39, 58, 61, 61), 0),
        ("rect", "leaf", (68, 33, 94, 65), 11), ("line", "cream", (75, 56, 88, 42), 1.4),
        ("line", "ember", (20, 80, 80, 80), 1.6), ("poly", "ember", (80, 76, 88, 80, 80, 84), 0),
    ],
    "table": [
        *_TABLE, *moved(_CUP, 40, 56, 1.1), ("arc", "wood", (6, 52, 30, 78, 0, 360), 1),
        ("arc", "wood", (74, 58, 94, 78, 0, 360), 1),
        ("line", "ember", (8, 54, 28, 76), 1.6), ("line", "ember", (76, 60, 92, 76), 1.6),
    ],
    "clock": [
        ("oval", "wood", (18, 14, 84, 80), 0), ("oval", "surface", (22, 18, 80, 76), 0),
        ("line", "ink", (51, 47, 51, 26), 2.6), ("line", "ember", (51, 47, 68, 56), 2.6),
        ("oval", "ink", (48, 44, 54, 50), 0),
        ("rect", "leaf", (20, 84, 82, 88), 2),
    ],
    "path": [
        ("rect", "leaf", (0, 66, 100, 100), 0), ("poly", "cream", (40, 100, 70, 100, 58, 66, 54, 66), 0),
        ("oval", "ember", (46, 34, 66, 54), 0), ("poly", "dusk", (0, 66, 24, 44, 46, 66), 0),
        ("poly", "wood", (64, 66, 84, 48, 100, 66), 0),
    ],
    "house": [
        ("rect", "leaf", (0, 80, 100, 100), 0), ("poly", "ember", (14, 46, 50, 16, 86, 46), 0),
        ("rect", "cream", (22, 46, 78, 82), 0), ("rect", "glow", (30, 54, 46, 68), 1),
        ("rect", "wood", (56, 56, 70, 82), 1),
        ("line", "wood", (38, 54, 38, 68), 1), ("line", "wood", (30, 61, 46, 61), 1),
        ("rect", "dusk", (64, 18, 72, 32), 0),
    ],
    "sound": [
        ("oval", "night", (14, 40, 34, 60), 0), ("arc", "ember", (16, 26, 64, 74, 300, 60), 3),
        ("arc", "ember", (4, 14, 76, 86, 305, 55), 3), ("arc", "glow", (-8, 2, 88, 98, 310, 50), 3),
    ],
    "curtain": [
        *moved(_WINDOW, 24, 16, 1.1), ("rect", "ember", (10, 10, 38, 88), 3), ("rect", "ember", (66, 10, 94, 88), 3),
        ("line", "accent", (18, 14, 18, 86), 1.2), ("line", "accent", (29, 14, 29, 86), 1.2),
        ("line", "accent", (74, 14, 74, 86), 1.2), ("line", "accent", (85, 14, 85, 86), 1.2),
        ("rect", "wood", (4, 7, 98, 11), 2),
    ],
    "switch": [
        ("rect", "surface", (28, 16, 74, 84), 6), ("rect", "line", (36, 26, 66, 74), 4),
        ("rect", "cream", (38, 50, 64, 72), 3),
        ("rect", "ember", (48, 58, 54, 64), 3), ("line", "wood", (44, 36, 58, 36), 1.6),
    ],
    "cards": _cards(),
    "scissors": [
        ("rect", "cream", (8, 58, 92, 76), 2), ("line", "wood", (8, 67, 92, 67), 1),
        ("line", "night", (30, 84, 66, 22), 3),
        ("line", "night", (66, 84, 32, 22), 3), ("arc", "ember", (20, 76, 36, 94, 0, 360), 3.4),
        ("arc", "ember", (60, 76, 76, 94, 0, 360), 3.4), ("oval", "cream", (46, 49, 51, 54), 0),
    ],
    "film": [
        ("rect", "night", (6, 30, 94, 72), 2), ("rect", "glow", (10, 38, 34, 64), 1),
        ("rect", "ember", (38, 38, 62, 64), 1),
        ("rect", "leaf", (66, 38, 90, 64), 1),
        *[("rect", "cream", (9 + 8 * i, 32.4, 12.6 + 8 * i, 35.4), 0.6) for i in range(11)],
        *[("rect", "cream", (9 + 8 * i, 66.6, 12.6 + 8 * i, 69.6), 0.6) for i in range(11)],
        ("poly", "cream", (46, 45, 56, 51, 46, 57), 0),
    ],
    "letter": [
        ("rect", "surface", (12, 28, 88, 78), 3), ("line", "wood", (13, 30, 50, 56, 87, 30), 2),
        ("oval", "ember", (42, 48, 58, 64), 0),
    ],
    "two_people": [
        *moved(_PERSON, 12, 36, 0.98), *moved(_PERSON, 60, 40, 0.92), ("rect", "surface", (36, 10, 70, 30), 7),
        ("poly", "surface", (42, 28, 50, 28, 38, 36), 0), ("line", "ember", (43, 17, 63, 17), 1.8),
        ("line", "ember", (43, 23, 56, 23), 1.8),
    ],
    "door": [
        ("rect", "wood", (28, 12, 74, 88), 2), ("poly", "glow", (32, 16, 70, 16, 70, 88, 32, 88), 0),
        ("poly", "ember", (32, 16, 54, 22, 54, 94, 32, 88), 0), ("oval", "cream", (48, 54, 51.6, 57.6), 0),
        ("poly", "cream", (54, 88, 70, 88, 92, 100, 60, 100), 0), ("rect", "wall", (0, 0, 0, 0), 0),
    ],
    "balance": [
        ("line", "wood", (50, 20, 50, 82), 3), ("line", "wood", (18, 32, 82, 32), 3),
        ("rect", "wood", (34, 80, 66, 85), 2),
        ("line", "wood", (18, 32, 10, 54), 1), ("line", "wood", (18, 32, 26, 54), 1),
        ("line", "wood", (82, 32, 74, 54), 1),
        ("line", "wood", (82, 32, 90, 54), 1), ("arc", "ember", (6, 42, 30, 64, 0, 180), 4),
        ("arc", "leaf", (70, 42, 94, 64, 0, 180), 4),
        ("oval", "glow", (46, 14, 54, 22), 0),
    ],
    "shelf": [
        ("rect", "wood", (12, 40, 88, 44), 1), ("rect", "wood", (12, 78, 88, 82), 1),
        ("rect", "ember", (20, 54, 34, 78), 1.5),
        ("rect", "leaf", (40, 54, 54, 78), 1.5), ("rect", "dusk", (60, 54, 74, 78), 1.5),
        ("poly", "cream", (25, 62, 31, 66, 25, 70), 0),
        ("poly", "cream", (45, 62, 51, 66, 45, 70), 0), ("poly", "cream", (65, 62, 71, 66, 65, 70), 0),
        *moved(_CUP, 28, 25, 0.7),
    ],
    "calendar": _calendar(),
    "lock": [
        ("arc", "night", (34, 16, 66, 56, 180, 360), 5), ("rect", "ember", (24, 42, 76, 84), 6),
        ("oval", "cream", (45, 55, 55, 65), 0), ("rect", "cream", (48, 62, 52, 74), 1),
    ],
    "shield": [
        ("poly", "leaf", (50, 12, 82, 24, 80, 56, 50, 90, 20, 56, 18, 24), 0),
        ("poly", "cream", (50, 20, 74, 29, 72.6, 53, 50, 79, 27.4, 53, 26, 29), 0),
        ("line", "ember", (38, 46, 47, 56, 64, 36), 4),
    ],
    "chart": [
        ("rect", "surface", (10, 14, 90, 84), 3), ("rect", "glow", (22, 56, 34, 74), 1),
        ("rect", "leaf", (44, 44, 56, 74), 1),
        ("rect", "ember", (66, 30, 78, 74), 1), ("line", "wood", (16, 75, 84, 75), 1.4),
    ],
    "curve": [
        ("rect", "surface", (10, 14, 90, 84), 3), ("line", "wood", (16, 75, 84, 75), 1.4),
        ("line", "ember", (16, 26, 30, 30, 38, 32, 40, 50, 58, 54, 84, 60), 2.6),
        ("arc", "dusk", (32, 34, 48, 50, 0, 360), 1.4),
    ],
    "coins": [
        *_TABLE, ("oval", "wood", (20, 72, 48, 82), 0), ("oval", "glow", (20, 69, 48, 79), 0),
        ("oval", "wood", (20, 64, 48, 74), 0),
        ("oval", "glow", (20, 61, 48, 71), 0), ("oval", "wood", (20, 56, 48, 66), 0),
        ("oval", "glow", (20, 53, 48, 63), 0),
        ("oval", "wood", (58, 72, 86, 82), 0), ("oval", "glow", (58, 69, 86, 79), 0),
        ("arc", "ember", (34, 28, 72, 82, 195, 340), 2), ("poly", "ember", (65, 46, 75, 43, 72.6, 54), 0),
    ],
}  # fmt: skip
