"""Text messages: one small interface, so that any gateway can be put behind it."""

import json
import sys
import urllib.request
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsSender(Protocol):
    """Sends one text message. Raises OSError when the gateway cannot be reached or refuses."""

    def send(self, *, phone: str, text: str) -> None: ...


class ConsoleSms:
    """Writes messages to the console; for development."""

    def send(self, *, phone: str, text: str) -> None:
        """Write the message where the server was started."""
        sys.stdout.write(f"SMS to {phone}: {text}\n")
        sys.stdout.flush()


class GatewaySms:
    """Posts ``{"to": …, "text": …}`` as JSON to ``SMS_GATEWAY_URL`` with ``SMS_GATEWAY_TOKEN`` as bearer."""

    def send(self, *, phone: str, text: str) -> None:
        """Hand the message to the gateway; any answer but 2xx raises OSError (urllib's HTTPError is one)."""
        request = urllib.request.Request(  # noqa: S310 - the address comes from the settings, never from a person
            settings.SMS_GATEWAY_URL,
            data=json.dumps({"to": phone, "text": text}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            pass


def send_sms(*, phone: str, text: str) -> None:
    """Send ``text`` to ``phone`` by the sender that the settings name."""
    sender: SmsSender = import_string(settings.SMS_SENDER)()
    sender.send(phone=phone, text=text)
