"""The sources every installation has, and the programme's first share agreement."""

from datetime import date

from revenue.models import ShareAgreement, Source
from revenue.models.sources import Format

YOUTUBE_AD_REVENUE = "youtube-ad-revenue"
TEMPLATE = "template"
FIRST_SHARE_BPS = 7000
FIRST_MONTH = date(2020, 1, 1)


def ensure_standard_sources() -> None:
    """Make the standard sources and, while there is no agreement at all, one of 70 % for the creator.

    Doing it again changes nothing, so finance may rename a source or end the agreement.
    """
    Source.objects.get_or_create(
        slug=YOUTUBE_AD_REVENUE,
        defaults={
            "name": "YouTube", "format": Format.YOUTUBE_AD_REVENUE, "platform": "youtube", "currency": "USD",
        },
    )  # fmt: skip
    Source.objects.get_or_create(
        slug=TEMPLATE, defaults={"name": "Hearthlight table", "format": Format.TEMPLATE, "platform": "", "currency": ""}
    )
    if not ShareAgreement.objects.exists():
        ShareAgreement.objects.create(creator_bps=FIRST_SHARE_BPS, effective_from=FIRST_MONTH)
