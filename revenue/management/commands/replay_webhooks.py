"""Take what Stripe has to say of the last days and we have not heard."""

from argparse import ArgumentParser
from typing import Any

import stripe
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from revenue import webhooks


class Command(BaseCommand):
    help = "Ask Stripe for its events about transfers and take those that never arrived; safe at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=webhooks.KEPT_DAYS, help="how far back; Stripe keeps thirty")

    def handle(self, *, days: int, **options: Any) -> None:
        if not settings.STRIPE_SECRET_KEY:
            raise CommandError("Stripe is not set up here: STRIPE_SECRET_KEY.")
        try:
            found, new = webhooks.replay(days=days)
        except stripe.StripeError as error:
            raise CommandError(f"Stripe does not answer: {error}. Try again.") from error
        self.stdout.write(f"{found} events, {new} of them new.")
