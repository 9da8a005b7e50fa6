"""The ways money can leave, behind one Protocol."""

from django.conf import settings

from revenue.rails.base import Rail
from revenue.rails.fake import fake_rail


def rail_named(name: str) -> Rail:
    """Return an active rail. Raises KeyError for one that is not set up here."""
    return active_rails()[name]


def active_rails() -> dict[str, Rail]:
    """Return the rails of this installation: bank files always, Stripe with a key."""
    from revenue.rails.bank_file import BankFileRail
    from revenue.rails.stripe import StripeRail

    rails: list[Rail] = [BankFileRail()]
    if settings.STRIPE_SECRET_KEY:
        rails.append(StripeRail.from_settings())
    if settings.REVENUE_PRETEND_RAIL:
        rails.append(fake_rail)
    return {rail.name: rail for rail in rails}
