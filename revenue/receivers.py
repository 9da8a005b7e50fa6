"""What revenue does when other parts of the site have news."""

import logging
from typing import Any
from uuid import UUID

from creators.models import Channel
from revenue import suspense
from revenue.errors import RevenueError

logger = logging.getLogger(__name__)


def on_channel_confirmed(*, channel_id: UUID, **_signal: Any) -> None:
    """Release what waited for the channel. What fails here is taken up by ``release_suspense``."""
    try:
        suspense.release_channel(channel=Channel.objects.get(pk=channel_id))
    except RevenueError:
        logger.exception("money of channel %s stays in suspense", channel_id)
