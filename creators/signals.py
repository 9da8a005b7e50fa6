"""News from the creators' part of the journey; sent after the commit."""

from django.dispatch import Signal

# A channel was proven to be a creator's. Keyword: channel_id (UUID).
channel_confirmed = Signal()
