"""How a creator is paid, and what became of each payment."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from revenue.models.statements import Statement
from revenue.states import PAYOUT_OVER_UNPAID, PayoutState


class RailName(models.TextChoices):
    """The ways money can leave; each has its module in :mod:`revenue.rails`."""

    BANK_FILE = "bank_file", _("bank transfer")
    STRIPE = "stripe", _("Stripe")
    FAKE = "fake", _("pretend payments")


class PayoutMethodQuerySet(models.QuerySet["PayoutMethod"]):
    """Payout details by whose they are."""

    def owned_by(self, user: Any) -> "PayoutMethodQuerySet":
        """Those of one creator."""
        return self.filter(creator__user=user) if user.is_authenticated else self.none()

    def current(self) -> "PayoutMethodQuerySet":
        """Those she gave last and did not take back."""
        return self.filter(replaced_at__isnull=True)

    def waiting(self) -> "PayoutMethodQuerySet":
        """Those current ones that no money goes to yet."""
        return self.current().filter(usable_from__gt=timezone.now())

    def used_before(self) -> "PayoutMethodQuerySet":
        """Those that money did go to, or could have, until they were replaced; the latest first."""
        return self.filter(replaced_at__gte=F("usable_from")).order_by("-replaced_at")


class PayoutMethod(models.Model):
    """Where a creator's money goes. A change is a new row; the old one says until when it held.

    No money goes there before ``usable_from``: until then she can take the change back.

    Either ``iban`` with ``bic``, or ``account_number`` with ``bank_code`` where a country has no IBAN,
    or a connected ``stripe_account``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey("creators.Profile", on_delete=models.PROTECT, related_name="payout_methods")
    rail = models.CharField(_("way of paying"), max_length=12, choices=RailName)
    holder = models.CharField(_("name on the account"), max_length=70)
    country = models.CharField(_("country of the bank"), max_length=2)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    account_number = models.CharField(_("account number"), max_length=34, blank=True)
    bank_code = models.CharField(_("bank code"), max_length=35, blank=True)
    stripe_account = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("given"))
    usable_from = models.DateTimeField(_("used from"))
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = PayoutMethodQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("payout details")
        verbose_name_plural = _("payout details")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["creator"], condition=Q(replaced_at__isnull=True), name="revenue_method_one_in_use"
            ),
            models.CheckConstraint(
                condition=~Q(iban="") | ~Q(account_number="") | ~Q(stripe_account=""),
                name="revenue_method_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def is_waiting(self) -> bool:
        """Say whether money does not go there yet."""
        return self.usable_from > timezone.now()

    @property
    def masked(self) -> str:
        """The account as it may be shown: only its last four characters."""
        number = self.iban or self.account_number or self.stripe_account
        return f"•••• {number[-4:]}"


class StripeAccount(models.Model):
    """A creator's account with Stripe, begun from here; money goes there once it is her :class:`PayoutMethod`.

    ``bank_problem`` is Stripe's code of why her bank did not take what Stripe last sent on, empty while it does;
    ``bank_heard_of`` is when Stripe made the transfer that this is about.
    """

    creator = models.OneToOneField("creators.Profile", on_delete=models.PROTECT, related_name="stripe_account")
    account = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    bank_problem = models.CharField(max_length=80, blank=True)
    bank_heard_of = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("account with Stripe")
        verbose_name_plural = _("accounts with Stripe")

    def __str__(self) -> str:
        return self.account


class BatchState(models.TextChoices):
    """A batch is a file for the bank; finance says when the bank has it."""

    OPEN = "open", _("being filled")
    READY = "ready", _("ready to download")
    SENT = "sent", _("given to the bank")


class PaymentBatch(models.Model):
    """Payouts of one currency that go to the bank in one file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=8, choices=BatchState, default=BatchState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("given to the bank"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="revenue_batch_state_known"),
            models.UniqueConstraint(fields=["currency"], condition=Q(state="open"), name="revenue_batch_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.currency}"


class PaymentFile(models.Model):
    """The file of a batch as finance downloads it; made once, never altered."""

    batch = models.OneToOneField(PaymentBatch, on_delete=models.PROTECT, related_name="file")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    payments = models.PositiveIntegerField(_("payments"))
    control_sum = models.BigIntegerField(_("sum"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        default_permissions = ()
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")

    def __str__(self) -> str:
        return f"{self.batch_id}.xml"


class Payout(models.Model):
    """One payment of one statement; ``request`` is frozen before anything is sent.

    Its id is the idempotency key and the group it is looked up by. After a definite no, or when the money
    came back, the statement may have another payout: a new row, and so a new key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="payouts", verbose_name=_("statement")
    )
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="payouts")
    rail = models.CharField(_("way of paying"), max_length=12, choices=RailName)
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=PayoutState, default=PayoutState.PLANNED)
    request = models.JSONField(default=dict)
    provider_reference = models.CharField(_("reference"), max_length=120, blank=True)
    problem = models.CharField(_("problem"), max_length=400, blank=True)
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="payouts", verbose_name=_("batch")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    changed_at = models.DateTimeField(_("changed"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [("pay_statement", "May pay approved statements")]
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="revenue_payout_pays_something"),
            models.CheckConstraint(condition=Q(state__in=PayoutState.values), name="revenue_payout_state_known"),
            models.UniqueConstraint(
                fields=["statement"],
                condition=~Q(state__in=sorted(PAYOUT_OVER_UNPAID)),
                name="revenue_payout_one_alive",
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="revenue_payout_queue")]

    def __str__(self) -> str:
        return f"{self.statement} · {self.get_state_display()}"

    @property
    def group(self) -> str:
        """The name under which the provider can be asked what became of this payment."""
        return self.pk.hex


class ProviderEvent(models.Model):
    """One message of a payment provider, kept once however often it is delivered.

    ``account`` is the connected account it is about, empty for our own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rail = models.CharField(_("way of paying"), max_length=12, choices=RailName)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=120, blank=True)
    account = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["rail", "event_id"], name="revenue_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
