"""What platforms call a correction, in words a creator reads on her statement."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The kinds of YouTube's content_owner_ad_revenue_raw_a1, and ours for what a later file of the same month changed.
WORDS: Final[dict[str, Promise]] = {
    "Backpay": _("money for earlier views that the platform pays only now"),
    "Conflict Resolution": _("two people had claimed the same video, and the platform decided"),
    "Dispute Resolution": _("somebody had disputed a claim, and the platform decided"),
    "Dispute Conflict Resolution": _("a dispute between two claims to a video was decided"),
    "Spam Adjustment": _("the platform took back money for false views or clicks"),
    "Revenue Correction": _("the platform corrected a mistake in its figures"),
    "Restated": _("the platform sent corrected figures for a month it had reported before"),
}


def in_words(kind: str) -> str:
    """Return what an adjustment is; a kind without words of ours is said as the platform says it."""
    return str(WORDS.get(kind, kind))
