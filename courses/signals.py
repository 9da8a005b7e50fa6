"""News from courses."""

from django.dispatch import Signal

#: Sent inside the transaction of a graduation, with ``graduation``. A receiver that raises takes everything
#: back: whatever must exist exactly when the graduation does is made here.
graduating = Signal()

#: Sent after the commit, with ``graduation_id``.
graduated = Signal()
