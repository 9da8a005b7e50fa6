"""Finance's pages: who gets where, as a table; and a month from upload to paid, through the pages alone."""

import hashlib
import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import ModelLogEntry

from revenue import approvals, audit, bookkeeping, models
from revenue.admin.guards import FinanceViewSet
from revenue.importing import runs
from revenue.models import Hold, Mapping, PaymentBatch, Payout, Report, ShareAgreement, Source, Statement
from revenue.policies import BooksPolicy
from revenue.proof import verify
from tests.factories.revenue import PayoutMethodFactory, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db

SEES, PREPARES, APPROVES = ("preparer", "approver", "administrator"), ("preparer",), ("approver",)
READS_TRAIL = ("approver", "administrator")
ROLES = ("learner", "creator", "instructor", "outsider", *SEES)
ANY = "uuid"
# address, method → who may; everyone else may not. Whoever adds an address adds a line here.
MATRIX = {
    ("finance_reports:index", "get"): SEES,
    ("finance_reports:index_results", "get"): SEES,
    ("finance_reports:new", "get"): PREPARES,
    ("finance_reports:new", "post"): PREPARES,
    ("finance_reports:template", "get"): SEES,
    ("finance_reports:report", "get"): SEES,
    ("finance_reports:progress", "get"): SEES,
    ("finance_reports:original", "get"): PREPARES,
    ("finance_reports:mapping", "get"): PREPARES,
    ("finance_reports:mapping", "post"): PREPARES,
    ("finance_reports:look", "post"): PREPARES,
    ("finance_reports:relate", "post"): PREPARES,
    ("finance_reports:stop", "post"): PREPARES,
    ("finance_reports:post", "post"): PREPARES,
    ("finance_reports:discard", "post"): PREPARES,
    ("finance_sources:index", "get"): SEES,
    ("finance_sources:what_if", "get"): SEES,
    ("finance_sources:open_agreement", "post"): ("administrator",),
    ("finance_sources:end_agreement", "post"): ("administrator",),
    ("finance_sources:make", "post"): PREPARES,
    ("finance_sources:receipt", "post"): PREPARES,
    ("finance_sharings:index", "get"): SEES,
    ("finance_sharings:share", "post"): PREPARES,
    ("finance_sharings:end_sharing", "post"): PREPARES,
    ("finance_taxes:index", "get"): SEES,
    ("finance_taxes:index_results", "get"): SEES,
    ("finance_taxes:rules", "get"): SEES,
    ("finance_taxes:record", "post"): PREPARES,
    ("finance_taxes:make_rule", "post"): ("administrator",),
    ("finance_exchange:index", "get"): SEES,
    ("finance_exchange:rate", "post"): PREPARES,
    ("finance_exchange:arrival", "post"): PREPARES,
    ("finance_children:index", "get"): SEES,
    ("finance_children:make_rule", "post"): ("administrator",),
    ("finance_children:record_file", "get"): PREPARES,
    ("finance_suspense:index", "get"): SEES,
    ("finance_months:index", "get"): SEES,
    ("finance_months:close", "post"): PREPARES,
    ("finance_months:send", "post"): PREPARES,
    ("finance_months:approve", "post"): APPROVES,
    ("finance_statements:index", "get"): SEES,
    ("finance_statements:index_results", "get"): SEES,
    ("finance_statements:chosen", "post"): SEES,
    ("finance_statements:statement", "get"): SEES,
    ("finance_statements:send", "post"): PREPARES,
    ("finance_statements:approve", "post"): APPROVES,
    ("finance_statements:hold", "post"): PREPARES,
    ("finance_statements:release", "post"): PREPARES,
    ("finance_holds:index", "get"): SEES,
    ("finance_holds:index_results", "get"): SEES,
    ("finance_disputes:index", "get"): SEES,
    ("finance_disputes:index_results", "get"): SEES,
    ("finance_disputes:dispute", "get"): SEES,
    ("finance_disputes:answer", "post"): PREPARES,
    ("finance_payouts:index", "get"): SEES,
    ("finance_payouts:index_results", "get"): SEES,
    ("finance_payouts:run", "get"): SEES,
    ("finance_payouts:pay", "post"): APPROVES,
    ("finance_payouts:make_files", "post"): APPROVES,
    ("finance_payouts:download", "get"): APPROVES,
    ("finance_payouts:mark_sent", "post"): APPROVES,
    ("finance_payouts:mark_paid", "post"): APPROVES,
    ("finance_payouts:payout", "get"): SEES,
    ("finance_payouts:outcome", "post"): APPROVES,
    ("finance_bank:index", "get"): SEES,
    ("finance_bank:keep", "post"): APPROVES,
    ("finance_bank:file", "get"): SEES,
    ("finance_bank:carry_out", "post"): APPROVES,
    ("finance_bank:clear", "post"): APPROVES,
    ("finance_proof:index", "get"): SEES,
    ("finance_trail:index", "get"): READS_TRAIL,
    ("finance_trail:index_results", "get"): READS_TRAIL,
    ("finance_journal:index", "get"): SEES,
    ("finance_journal:index_results", "get"): SEES,
    ("finance_journal:entry", "get"): SEES,
}
SINGLE = {"report", "progress", "original", "mapping", "look", "relate", "stop", "post", "discard", "statement",
          "approve", "hold", "release", "download", "mark_sent", "mark_paid", "payout", "outcome", "entry", "send",
          "end_agreement", "end_sharing", "record_file", "dispute", "answer", "file", "carry_out"}  # fmt: skip


def address(name):
    viewset, view = name.split(":")
    if viewset == "finance_months" and view in {"send", "approve"}:
        return reverse(name, args=["2026-09"])
    if name == "finance_bank:clear":
        return reverse(name, args=[uuid.uuid4(), 1])
    return reverse(name, args=[uuid.uuid4()] if view in SINGLE else [])


def test_every_address_is_in_the_table():
    ours = {
        f"{viewset.name}:{pattern.name}"
        for viewset in (kind() for kind in FinanceViewSet.__subclasses__())
        for pattern in viewset.get_urlpatterns()
    }
    assert ours == {name for name, _method in MATRIX}


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_only_those_in_the_table_get_in(client, role, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    for (name, method), allowed in MATRIX.items():
        answer = getattr(client, method)(address(name))
        to = getattr(answer, "url", "")
        shut_out = to == "/admin/" or "login" in to
        if role in allowed:
            assert not shut_out, (name, method)
            assert answer.status_code in {200, 302, 404}, (name, method, answer.status_code)
        else:
            assert shut_out or answer.status_code in {403, 404}, (name, method, answer.status_code)
    assert not Report.objects.exists()
    looked = ModelLogEntry.objects.filter(action__in=[audit.SEEN, audit.EXPORTED]).exists()
    assert looked == (role in SEES)


def test_nothing_is_done_by_a_get(client, request):
    for (name, method), allowed in MATRIX.items():
        if method == "post" and (name, "get") not in MATRIX:
            client.force_login(request.getfixturevalue(allowed[0]))
            assert client.get(address(name)).status_code == 405


def test_no_role_has_a_permission_to_edit_money_rows(preparer, approver, administrator):
    for person in (preparer, approver, administrator):
        held = {name for name in person.get_all_permissions() if name.startswith("revenue.")}
        assert not [name for name in held if name.split(".")[1].split("_")[0] in {"add", "change", "delete"}]
        for name in models.__all__:
            policy = BooksPolicy(getattr(models, name))
            assert policy.user_has_permission(person, "view")
            assert not policy.user_has_any_permission(person, ["add", "change", "delete", "publish"])


def test_preparers_cannot_approve_and_approvers_cannot_import(preparer, approver):
    assert not preparer.has_perm("revenue.approve_statement")
    assert not preparer.has_perm("revenue.pay_statement")
    assert not approver.has_perm("revenue.import_report")
    assert not approver.has_perm("revenue.prepare_statement")


def work(report):
    """Do what the worker would do for a report."""
    for run in report.runs.filter(state="waiting"):
        runs.work(run.pk)


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_month_from_upload_to_paid(client, preparer, approver, channel):
    PayoutMethodFactory(creator=channel.profile)
    content = youtube_csv([{"channel_id": channel.external_id, "partner_revenue": "100.00", "date": "20260915"},
                           {"channel_id": "UCnobody", "partner_revenue": "5.00", "date": "20260915"}])  # fmt: skip
    client.force_login(preparer)
    form = {"source": youtube().pk, "month": "2026-09", "file": uploaded(content, "september.csv")}
    client.post(reverse("finance_reports:new"), form)
    report = Report.objects.get()
    work(report)
    text = client.get(reverse("finance_reports:report", args=[report.pk])).content.decode()
    assert "$70.00" in text
    assert "UCnobody" in text
    assert not Statement.objects.exists()
    client.post(reverse("finance_reports:post", args=[report.pk]))
    work(report)
    assert "UCnobody" in client.get(reverse("finance_suspense:index")).content.decode()
    client.post(reverse("finance_months:close"), {"month": "2026-09"})
    statement = Statement.objects.get()
    client.post(reverse("finance_months:send", args=["2026-09"]))
    client.force_login(approver)
    client.post(reverse("finance_statements:approve", args=[statement.pk]))
    client.post(reverse("finance_payouts:pay"))
    batch, payout = PaymentBatch.objects.get(), Payout.objects.get()
    file = client.get(reverse("finance_payouts:download", args=[batch.pk]))
    assert b'<InstdAmt Ccy="USD">70.00</InstdAmt>' in file.content
    client.post(reverse("finance_payouts:mark_sent", args=[batch.pk]))
    client.post(reverse("finance_payouts:outcome", args=[payout.pk]), {"state": "paid"})
    statement.refresh_from_db()
    assert statement.state == "settled"
    for name, pk in [
        ("finance_reports:report", report.pk), ("finance_statements:statement", statement.pk),
        ("finance_payouts:payout", payout.pk), ("finance_journal:entry", report.entry_id or report.pk),
    ]:  # fmt: skip
        found = Report.objects.get(pk=report.pk).entry_id if name.endswith("entry") else pk
        assert client.get(reverse(name, args=[found])).status_code == 200
    for name in ("reports", "statements", "holds", "payouts", "journal", "months", "sources"):
        assert client.get(reverse(f"finance_{name}:index")).status_code == 200
    assert verify().problems == []


def test_a_file_with_bad_rows_shows_them_and_cannot_be_posted(client, preparer, channel):
    content = youtube_csv([{"channel_id": channel.external_id, "partner_revenue": "=1+1", "date": "20260915"}])
    client.force_login(preparer)
    form = {"source": youtube().pk, "month": "2026-09", "file": uploaded(content)}
    client.post(reverse("finance_reports:new"), form)
    report = Report.objects.get()
    work(report)
    text = client.get(reverse("finance_reports:report", args=[report.pk])).content.decode()
    assert "=1+1" in text
    assert "Post this report" not in text
    answer = client.post(reverse("finance_reports:post", args=[report.pk]))
    assert "Nothing is posted" in said(answer)[0]
    client.post(reverse("finance_reports:discard", args=[report.pk]))
    assert not Report.objects.exists()


def test_finance_teaches_a_source_a_new_file_on_the_page(client, preparer, channel):
    client.force_login(preparer)
    content = f"Whose;When;Earned (EUR);Note\n{channel.external_id};15.09.2026;1.234,50;x\n".encode()
    form = {"name": "My network", "platform": "youtube", "figures": "final", "mapping": youtube().mapping_id}
    client.post(reverse("finance_sources:make"), {f"source-{name}": value for name, value in form.items()})
    source = Source.objects.get(slug="my-network")
    client.post(reverse("finance_reports:new"), {"source": source.pk, "month": "2026-09", "file": uploaded(content)})
    report = Report.objects.get()
    work(report)
    page = reverse("finance_reports:mapping", args=[report.pk])
    assert "columns are missing" in client.get(reverse("finance_reports:report", args=[report.pk])).content.decode()
    assert "Earned (EUR)" in client.get(page).content.decode()
    chosen = {"column-0": "channel", "column-1": "date", "column-2": "amount", "dates": ["DD.MM.YYYY"],
              "numbers": "1.234,56"}  # fmt: skip
    assert "€1,234.50" in client.post(page, chosen | {"do": "try"}).content.decode()
    assert "is no date" in client.post(page, chosen | {"do": "try", "dates": ["YYYYMMDD"]}).content.decode()
    assert not Mapping.objects.filter(made_by=preparer).exists()
    client.post(page, chosen | {"do": "save"})
    work(report)
    report.refresh_from_db()
    assert (report.look["file_micros"], report.look["currency"]) == (1_234_500_000, "EUR")
    assert report.mapping.spec["columns"]["amount"][0] == "Earned ({currency})"
    assert youtube().mapping.slug == "youtube-ad-revenue-raw-a1"


def test_no_mapping_can_be_taught_with_a_file_that_cannot_be_read(client, preparer):
    client.force_login(preparer)
    client.post(
        reverse("finance_reports:new"), {"source": youtube().pk, "month": "2026-09", "file": uploaded(b"\x00" * 99)}
    )
    page = reverse("finance_reports:mapping", args=[Report.objects.get().pk])
    for answer in (client.get(page), client.post(page, {"do": "try"}), client.post(page, {"do": "save"})):
        assert "no table has" in answer.content.decode()
    assert not Mapping.objects.filter(made_by=preparer).exists()


def test_a_second_file_of_a_month_is_asked_about_on_the_page(client, preparer, channel, imported):
    first = imported([(channel.external_id, "10.00")])
    client.force_login(preparer)
    content = youtube_csv([{"channel_id": channel.external_id, "partner_revenue": "9.00", "date": "20260915"}])
    client.post(reverse("finance_reports:new"), {"source": youtube().pk, "month": "2026-09", "file": uploaded(content)})
    report = Report.objects.get(state="waiting")
    work(report)
    page = reverse("finance_reports:report", args=[report.pk])
    text = client.get(page).content.decode()
    assert "What is this file?" in text
    assert "Post this report" not in text
    client.post(reverse("finance_reports:relate", args=[report.pk]), {"to": str(first.pk)})
    work(report)
    text = client.get(page).content.decode()
    assert first.sha256 in text
    assert report.sha256 in text
    assert "-$1.00" in text
    assert "Post this report" in text


def test_the_kept_file_is_given_back_as_it_came_and_it_is_noted(client, preparer, channel, imported):
    report = imported([(channel.external_id, "10.00")])
    client.force_login(preparer)
    answer = client.get(reverse("finance_reports:original", args=[report.pk]))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == report.sha256
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert ModelLogEntry.objects.filter(action="revenue.report_downloaded", user=preparer).exists()


def test_hold_and_release_on_the_page(client, preparer, statement):
    client.force_login(preparer)
    client.post(reverse("finance_statements:hold", args=[statement.pk]), {"reason": "other", "message": ""})
    assert not Hold.objects.exists()
    form = {"reason": "rights", "message": "We are asking about one song."}
    client.post(reverse("finance_statements:hold", args=[statement.pk]), form)
    text = client.get(reverse("finance_statements:statement", args=[statement.pk])).content.decode()
    assert "We are asking about one song." in text
    client.post(reverse("finance_statements:release", args=[statement.pk]))
    statement.refresh_from_db()
    assert statement.state == "in_review"


def test_somebody_with_both_roles_still_cannot_approve_her_own(client, preparer, statement):
    preparer.give_role("finance approver")
    approvals.send_to_approval(statement=statement, by=preparer)
    client.force_login(preparer)
    answer = client.post(reverse("finance_statements:approve", args=[statement.pk]))
    assert "Another person" in said(answer)[0]


def test_an_administrator_opens_and_ends_agreements(client, administrator, channel):
    client.force_login(administrator)
    default = ShareAgreement.objects.get()
    form = {"share-creator": channel.profile.slug, "share-percent": "82.5", "share-month": "2026-10"}
    client.post(reverse("finance_sources:open_agreement"), form)
    answer = client.post(reverse("finance_sources:open_agreement"), form)
    assert "in force" in said(answer)[0]
    assert ShareAgreement.objects.get(creator=channel.profile).creator_bps == 8250
    client.post(reverse("finance_sources:end_agreement", args=[default.pk]), {"month": "2027-01"})
    default.refresh_from_db()
    assert default.effective_to.isoformat() == "2027-01-01"
    assert "82.5 %" in client.get(reverse("finance_sources:index")).content.decode()


def test_money_from_a_platform_is_written_down_once(client, preparer, channel, imported):
    imported([(channel.external_id, "100.00")])
    client.force_login(preparer)
    form = {"receipt-source": youtube().pk, "receipt-amount": "100.00", "receipt-currency": "USD",
            "receipt-month": "2026-10", "receipt-reference": "YT 4711"}  # fmt: skip
    for _twice in range(2):
        client.post(reverse("finance_sources:receipt"), form)
    assert bookkeeping.balance("receivable:youtube-ad-revenue", "USD") == 0
    assert bookkeeping.balance("bank:bank_file", "USD") == 10000
    assert verify().problems == []


def test_the_menu_is_finances_own(client, preparer, instructor):
    client.force_login(preparer)
    assert "Finance" in client.get("/admin/").content.decode()
    client.force_login(instructor)
    assert "finance/statements" not in client.get("/admin/").content.decode()
