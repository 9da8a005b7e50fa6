"""Which statements finance should look at first, and why. A flag never stops a payment; a person does.

Each rule is one query over all the statements asked about, however many there are.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Abs, Coalesce

from creators.models import Profile
from revenue.figures import LineKind
from revenue.models import Payout, PayoutMethod, Statement, StatementFlag, StatementLine
from revenue.models.attention import FlagKind
from revenue.states import PayoutState, StatementState

# A month is far from usual when it is this many times her mean, or this small a part of it.
JUMP_TIMES = 3
# Corrections are large when they are at least this part of what she earned.
CORRECTED_PART = 5  # one fifth
# Just under the limit: the last tenth before a second approver is needed.
NEAR_TENTHS = 9
NOT_DECIDED = (StatementState.DRAFT, StatementState.IN_REVIEW, StatementState.HELD)

Statements = QuerySet[Statement]


@transaction.atomic
def look_at(statements: Statements) -> int:
    """Find the flags of ``statements`` anew and return how many there are; those already approved keep theirs."""
    open_ones = statements.filter(state__in=NOT_DECIDED).order_by()
    StatementFlag.objects.filter(statement__in=open_ones.values("pk")).delete()
    return sum(_flag(rule(open_ones), kind) for kind, rule in RULES.items())


def look_again(creator: Profile) -> None:
    """Find anew what her payout details decide: her own open statements, and those of whoever has the same account."""
    look_at(Statement.objects.filter(creator__in=[creator.pk, *_on_the_same_account(creator)]))


def _flag(statements: Statements, kind: FlagKind) -> int:
    """Give all of ``statements`` one flag, in one statement of SQL; return how many."""
    chosen = statements.annotate(reason=Value(kind.value)).values_list("pk", "reason")
    try:
        select, params = chosen.query.sql_with_params()
    except EmptyResultSet:  # the rule asks for what no row can be
        return 0
    into = f"INSERT INTO {StatementFlag._meta.db_table} (statement_id, kind)"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {select}", params)
        return cursor.rowcount


def _first_payout(statements: Statements) -> Statements:
    return statements.filter(~_paid_before(), payable__gt=0)


def _no_details(statements: Statements) -> Statements:
    return statements.filter(~Exists(_current_method()), payable__gt=0)


def _new_details(statements: Statements) -> Statements:
    """She was paid before, and never to the account that is hers now."""
    used = Payout.objects.filter(method=OuterRef("pk"), state=PayoutState.PAID)
    return statements.filter(_paid_before(), Exists(_current_method().filter(~Exists(used))))


def _shared_account(statements: Statements) -> Statements:
    return statements.filter(creator__in=_sharing_creators())


def _jump(statements: Statements) -> Statements:
    """Far more or far less than the mean of her earlier months, and by more than the least that is paid out."""
    before = (
        Statement.objects.filter(
            creator=OuterRef("creator"), currency=OuterRef("currency"), period__month__lt=OuterRef("period__month")
        )
        .order_by()
        .values("creator")
    )
    far = Q(earned__gt=F("usual") * JUMP_TIMES) | Q(usual__gt=F("earned") * JUMP_TIMES)
    return (
        statements.annotate(usual=Subquery(before.annotate(mean=Avg("earned")).values("mean")))
        .annotate(distance=Abs(F("earned") - F("usual")))
        .filter(far, distance__gt=F("threshold"))
    )


def _corrected(statements: Statements) -> Statements:
    lines = StatementLine.objects.filter(statement=OuterRef("pk")).order_by().values("statement")

    def total_of(*kinds: LineKind) -> Subquery:
        return Subquery(lines.filter(kind__in=kinds).annotate(total=Sum("amount")).values("total"))

    return statements.annotate(
        corrections=total_of(LineKind.ADJUSTMENT, LineKind.CORRECTION),
        earnings=Coalesce(total_of(LineKind.EARNINGS), 0),
    ).filter(corrections__isnull=False, earnings__lte=Abs(F("corrections")) * CORRECTED_PART)


def _negative(statements: Statements) -> Statements:
    return statements.filter(carried__lt=0)


def _near_limit(statements: Statements) -> Statements:
    near = Q(pk=None)
    for currency, limit in settings.REVENUE_SECOND_APPROVAL_FROM.items():
        near |= Q(currency=currency, payable__gte=limit * NEAR_TENTHS // 10, payable__lt=limit)
    return statements.filter(near)


RULES: dict[FlagKind, Callable[[Statements], Statements]] = {
    FlagKind.FIRST_PAYOUT: _first_payout,
    FlagKind.NO_DETAILS: _no_details,
    FlagKind.NEW_DETAILS: _new_details,
    FlagKind.SHARED_ACCOUNT: _shared_account,
    FlagKind.JUMP: _jump,
    FlagKind.CORRECTED: _corrected,
    FlagKind.NEGATIVE: _negative,
    FlagKind.NEAR_LIMIT: _near_limit,
}

_ACCOUNT = ("country", "iban", "account_number", "bank_code", "stripe_account")


def _paid_before() -> Exists:
    return Exists(Payout.objects.filter(statement__creator=OuterRef("creator"), state=PayoutState.PAID))


def _current_method() -> QuerySet[PayoutMethod]:
    return PayoutMethod.objects.current().filter(creator=OuterRef("creator"))


def _sharing_creators() -> list[object]:
    """Return the creators whose account is another creator's too, in two queries."""
    current = PayoutMethod.objects.current().order_by()
    shared = current.values_list(*_ACCOUNT).annotate(owners=Count("pk")).filter(owners__gt=1)
    accounts = {row[:-1] for row in shared}
    if not accounts:
        return []
    numbers = {number for row in accounts for number in row[1:] if number}
    same = current.filter(Q(iban__in=numbers) | Q(account_number__in=numbers) | Q(stripe_account__in=numbers))
    return [creator for creator, *account in same.values_list("creator_id", *_ACCOUNT) if tuple(account) in accounts]


def _on_the_same_account(creator: Profile) -> list[object]:
    """Return whoever has, or had before her last change, the account of ``creator``."""
    accounts = list(PayoutMethod.objects.filter(creator=creator).order_by("-made_at").values(*_ACCOUNT)[:2])
    same = Q(pk=None)
    for account in accounts:
        same |= Q(**account)
    return list(PayoutMethod.objects.current().filter(same).exclude(creator=creator).values_list("creator", flat=True))
