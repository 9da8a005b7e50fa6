"""Writes example reports as platforms send them. The same month and size always give the same bytes."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

from revenue.importing.ready_made import TEMPLATE_COLUMNS, YOUTUBE_COLUMNS

MARK = "EXAMPLE"
VIDEOS = [
    ("exButton001", f"{MARK}: How a button stays on", 58),
    ("exHem000002", f"{MARK}: A hem without a machine", 64),
    ("exKnee00003", f"{MARK}: A knee patched like a leaf", 71),
]
COUNTRIES = ("DE", "AT", "CN", "SG", "US")
STRANGER = "UCexampleNobodysChannel1"  # rows of a channel that nobody has confirmed wait, visible


def _days(month: date) -> list[date]:
    following = (month + timedelta(days=32)).replace(day=1)
    return [month + timedelta(days=n) for n in range((following - month).days)]


def _micros(random: Random, low: int, high: int) -> int:
    return random.randrange(low, high)


def _amount(micros: int) -> str:
    sign, micros = ("-" if micros < 0 else ""), abs(micros)
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06}"


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _youtube_row(day: date, channel: str, video: tuple[str, str, int], country: str, micros: int, views: int) -> dict:
    video_id, title, seconds = video
    return {
        "adjustment_type": "None",
        "date": f"{day:%Y%m%d}",
        "country_code": country,
        "video_id": video_id,
        "video_title": title,
        "video_duration_sec": str(seconds),
        "category": "Howto & Style",
        "channel_id": channel,
        "uploader": f"{MARK} channel",
        "channel_display_name": f"{MARK} channel",
        "content_type": "UGC",
        "policy": "Monetize in all countries",
        "owned_views": str(views),
        "youtube_revenue_split": _amount(micros * 45 // 55),
        "partner_revenue_auction": _amount(micros),
        "partner_revenue": _amount(micros),
    }


def youtube_report(month: date, channel: str, *, busy: int) -> bytes:
    """Return one channel's month as ``content_owner_ad_revenue_raw_a1``; ``busy`` scales what it earned.

    There is a correction for false clicks, and a few rows of a channel that nobody has confirmed.
    """
    random = Random(f"youtube {month:%Y-%m}")  # noqa: S311 - invented figures, not a secret
    rows = []
    for day in _days(month):
        for video in VIDEOS:
            views = random.randrange(20, 90) * busy
            micros = views * _micros(random, 2_100, 4_200)
            rows.append(_youtube_row(day, channel, video, random.choice(COUNTRIES), micros, views))
    correction = _youtube_row(month, channel, VIDEOS[0], "US", -_micros(random, 400_000, 900_000), 0)
    rows.append(correction | {"adjustment_type": "Spam Adjustment"})
    stranger = (f"exNobody{month:%m}0", f"{MARK}: A video of an unknown channel", 60)
    rows += [
        _youtube_row(day, STRANGER, stranger, "US", _micros(random, 40_000, 90_000), 20) for day in _days(month)[:5]
    ]
    return _csv(YOUTUBE_COLUMNS, rows)


def template_report(month: date, platform: str, channel: str) -> bytes:
    """Return one channel's month as our own table, in USD, a row a week."""
    random = Random(f"template {month:%Y-%m}")  # noqa: S311 - invented figures, not a secret
    rows = []
    for number, day in enumerate(_days(month)[::7]):
        video_id, title, _seconds = VIDEOS[number % len(VIDEOS)]
        rows.append(
            {
                "platform": platform,
                "channel_id": channel,
                "date": f"{day:%Y-%m-%d}",
                "amount": _amount(_micros(random, 600_000, 1_900_000)),
                "currency": "USD",
                "country_code": random.choice(COUNTRIES),
                "video_id": video_id,
                "video_title": title,
            }
        )
    return _csv(TEMPLATE_COLUMNS, rows)


def many_rows_report(month: date, channels: Sequence[str], *, count: int) -> bytes:
    """Return a month of ``count`` rows spread over ``channels``, the early ones earning most."""
    random = Random(f"many {month:%Y-%m}")  # noqa: S311 - invented figures, not a secret
    days = _days(month)
    rows = []
    for number in range(count):
        place = number if number % 2 else int(random.paretovariate(0.9)) - 1
        channel = channels[place % len(channels)]
        video = (f"exMany{number % 997:05}", f"{MARK}: A film of many", 60)
        views = random.randrange(1, 400)
        micros = views * _micros(random, 900, 5_000)
        rows.append(_youtube_row(days[number % len(days)], channel, video, COUNTRIES[number % 5], micros, views))
    return _csv(YOUTUBE_COLUMNS, rows)
