"""Where a demo's messages go: the console, and a small file that ``/demo/messages/`` reads.

A file, because the web server and the worker are two processes and a demo has no other thing in common.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.dateparse import parse_datetime

KEPT = 100


def _file() -> Path:
    return Path(settings.DATA_DIR) / "demo-messages.jsonl"


def record(*, kind: str, to: str, subject: str, text: str) -> None:
    """Keep one message and write it to the console. ``kind`` is ``sms`` or ``email``."""
    sys.stdout.write(f"{kind} to {to}: {subject} {text}\n")
    sys.stdout.flush()
    line = json.dumps(
        {"at": timezone.now().isoformat(), "kind": kind, "to": to, "subject": subject, "text": text},
        ensure_ascii=False,
    )
    path = _file()
    kept = path.read_text(encoding="utf-8").splitlines()[-(KEPT - 1) :] if path.exists() else []
    path.write_text("\n".join([*kept, line]) + "\n", encoding="utf-8")


def latest(count: int) -> list[dict[str, Any]]:
    """Return the newest messages, newest first, with ``at`` as a time."""
    path = _file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    messages = [json.loads(line) for line in lines[-count:]]
    return [{**message, "at": parse_datetime(message["at"])} for message in reversed(messages)]


class DemoSms:
    """A text message that goes nowhere but here."""

    def send(self, *, phone: str, text: str) -> None:
        """Record it."""
        record(kind="sms", to=phone, subject="", text=text)


class DemoEmailBackend(BaseEmailBackend):
    """E-mail that goes nowhere but here."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Record them and say how many."""
        for message in email_messages:
            record(kind="email", to=", ".join(message.to), subject=message.subject, text=str(message.body).strip())
        return len(email_messages)
