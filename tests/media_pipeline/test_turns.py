"""Whose video comes next: first videos before tenth ones, short ones soon, and nobody waits for ever."""

from datetime import UTC, datetime, timedelta

from media_pipeline import turns

NOON = datetime(2030, 3, 1, 12, tzinfo=UTC)
CLIP, FILM = 20_000_000, 2_000_000_000  # bytes


def line(arrivals):
    """The order of ``arrivals``: (name, owner, seconds after noon, bytes), when nobody is served meanwhile."""
    last, placed = {}, []
    for name, owner, seconds, size in arrivals:
        now = NOON + timedelta(seconds=seconds)
        last[owner] = turns.turn(now=now, last=last.get(owner), size_bytes=size)
        placed.append((last[owner], name))
    return [name for _turn, name in sorted(placed)]


def test_ten_videos_of_one_person_do_not_starve_the_first_of_another():
    ten = [(f"hers {number}", "Amal", 0, CLIP) for number in range(10)]
    order = line([*ten, ("the other's", "Bea", 60, CLIP)])
    assert order.index("the other's") == 1


def test_a_short_one_passes_a_long_one_that_came_shortly_before():
    assert line([("film", "Amal", 0, FILM), ("clip", "Bea", 60, CLIP)]) == ["clip", "film"]


def test_a_long_one_is_not_passed_for_ever():
    clips = [(f"clip {number}", number, number * 60, CLIP) for number in range(1, 90)]
    order = line([("film", "Amal", 0, FILM), *clips])
    passed_by = order.index("film")
    assert passed_by * timedelta(minutes=1) <= turns.cost(FILM)


def test_of_equals_the_first_comes_first():
    assert line([(name, name, second, CLIP) for second, name in enumerate("abc")]) == ["a", "b", "c"]


def test_what_is_long_done_costs_nobody_anything():
    assert turns.turn(now=NOON, last=None, size_bytes=CLIP) == turns.turn(
        now=NOON, last=NOON - timedelta(days=1), size_bytes=CLIP
    )
