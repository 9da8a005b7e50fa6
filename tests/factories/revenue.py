"""Reports, months and payout details for tests; money itself is only made by importing."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from revenue.models import PayoutMethod, Period, Source
from tests.factories.creators import ProfileFactory

# As in YouTube's own file.
YOUTUBE_COLUMNS = [
    "adjustment_type", "date", "country_code", "video_id", "video_title", "video_duration_sec", "category",
    "channel_id", "uploader", "channel_display_name", "content_type", "policy", "owned_views",
    "youtube_revenue_split_auction",
    "youtube_revenue_split_reserved", "youtube_revenue_split_partner_sold_youtube_served",
    "youtube_revenue_split_partner_sold_partner_served", "youtube_revenue_split", "partner_revenue_auction",
    "partner_revenue_reserved", "partner_revenue_partner_sold_youtube_served",
    "partner_revenue_partner_sold_partner_served", "partner_revenue",
]  # fmt: skip


def youtube_csv(rows: Iterable[dict[str, Any]], *, columns: list[str] = YOUTUBE_COLUMNS) -> bytes:
    """Write a monthly file as YouTube does; each row needs ``channel_id``, ``date`` and ``partner_revenue``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="0")
    writer.writeheader()
    for number, row in enumerate(rows):
        writer.writerow(
            {
                "adjustment_type": "None", "country_code": "KE", "video_id": f"video{number:06d}",
                "video_title": f"Video {number}", "policy": "monetize", "content_type": "UGC", **row,
            }
        )  # fmt: skip
    return out.getvalue().encode()


def uploaded(content: bytes, name: str = "report.csv") -> ContentFile:
    """Wrap bytes as an uploaded file."""
    return ContentFile(content, name=name)


def month(code: str) -> date:
    """Return the first day of ``2026-10``."""
    return date.fromisoformat(f"{code}-01")


def period(code: str) -> Period:
    """Return the row of a month."""
    return Period.objects.for_month(month(code))


def youtube() -> Source:
    """Return the standard source of YouTube's final figures."""
    return Source.objects.get(slug="youtube-ad-revenue")


class PayoutMethodFactory(factory.django.DjangoModelFactory):
    """Make a German bank account with a valid IBAN."""

    class Meta:
        model = PayoutMethod

    creator = factory.SubFactory(ProfileFactory)
    rail = "bank_file"
    holder = "Amina Otieno"
    country = "DE"
    iban = "DE89370400440532013000"
    bic = "COBADEFFXXX"
    made_by = factory.SelfAttribute("creator.user")
    made_at = factory.LazyFunction(timezone.now)
    usable_from = factory.SelfAttribute("made_at")
