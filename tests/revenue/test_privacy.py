"""She gets a copy of what the books say of her; erasing takes what no payment rests on."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from revenue import approvals, payouts, privacy
from revenue.models import PayoutMethod
from revenue.proof import verify
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db


def test_her_copy_has_statements_and_details_and_is_json(statement, creator):
    PayoutMethodFactory(creator=statement.creator)
    copy = privacy.export(creator)
    assert [row["payable"] for row in copy["statements"]] == [14000]
    assert copy["payout_details"][0]["iban"] == "DE89370400440532013000"
    assert json.dumps(copy, cls=DjangoJSONEncoder)


def test_somebody_without_earnings_has_nothing(outsider):
    assert privacy.export(outsider) == {}
    assert privacy.warnings(outsider) == []


def test_she_is_told_what_is_still_owed(statement, creator):
    assert "$140.00" in privacy.warnings(creator)[0]


def test_erasing_deletes_details_nobody_paid_to(statement, creator):
    PayoutMethodFactory(creator=statement.creator)
    privacy.erase(creator)
    assert not PayoutMethod.objects.exists()


def test_erasing_keeps_what_a_payment_rests_on(statement, creator, preparer, approver):
    PayoutMethodFactory(creator=statement.creator)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    payouts.pay(statements=[statement], by=approver)
    privacy.erase(creator)
    assert not PayoutMethod.objects.current().exists()
    assert PayoutMethod.objects.count() == 1
    assert verify().problems == []
