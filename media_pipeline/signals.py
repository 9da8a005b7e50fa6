"""News from media_pipeline, sent after the commit. Nothing that must not be lost rides on them."""

from django.dispatch import Signal

#: A video reached another state. Sent by the Asset class with ``asset_id`` (UUID) and ``state`` (str).
asset_changed = Signal()
