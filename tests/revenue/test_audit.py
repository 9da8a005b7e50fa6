"""Each look at one person's money by somebody else leaves a row; what is refused, and her own look, leaves none."""

import pytest
from django.db import DatabaseError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from revenue import approvals, audit, bank_answers, batches, disputes, payouts
from revenue.admin.guards import FinanceViewSet
from revenue.models import JournalEntry, Period, Report
from tests.factories.bank import pain002
from tests.factories.revenue import PayoutMethodFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/finance/statements/"
# Pages of finance that show nobody's money: figures of all, files before they are read, forms, and the trail itself.
NOBODYS = {
    "finance_reports:index", "finance_reports:index_results", "finance_reports:new", "finance_reports:template",
    "finance_reports:progress", "finance_suspense:index", "finance_months:index", "finance_journal:index",
    "finance_journal:index_results", "finance_proof:index", "finance_exchange:index", "finance_taxes:rules",
    "finance_trail:index", "finance_trail:index_results",
}  # fmt: skip
# Pages that write their row themselves, where the other pages have it from what they are made of.
BY_ITSELF = {
    "finance_reports:original", "finance_payouts:download", "finance_children:record_file", "finance_sources:what_if",
}  # fmt: skip
LISTS = [
    "finance_statements:index", "finance_statements:index_results", "finance_payouts:index",
    "finance_payouts:index_results", "finance_payouts:run", "finance_holds:index", "finance_holds:index_results",
    "finance_disputes:index", "finance_disputes:index_results", "finance_taxes:index", "finance_taxes:index_results",
    "finance_children:index", "finance_sharings:index", "finance_sources:index", "finance_bank:index",
]  # fmt: skip


def looks():
    return ModelLogEntry.objects.filter(action__in=[audit.SEEN, audit.EXPORTED])


@pytest.fixture
def things(statement, creator, preparer, approver):
    """What pages of finance show of one person, by the name of the page."""
    dispute = disputes.dispute_line(line=statement.lines.get(), reason="amount", message="More.", by=creator)
    PayoutMethodFactory(creator=statement.creator)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    (payout,) = payouts.pay(statements=[statement], by=approver).payouts
    batches.make_files(by=approver)
    file, _is_new = bank_answers.keep(content=pain002((payout.group, "ACSC")), name="answer.xml", by=approver)
    return {
        "finance_statements:statement": statement,
        "finance_disputes:dispute": dispute,
        "finance_payouts:payout": payout,
        "finance_bank:file": file,
        "finance_reports:report": Report.objects.get(),
        "finance_journal:entry": JournalEntry.objects.first(),
    }


def test_every_page_of_finance_leaves_rows_or_shows_nobodys_money():
    for viewset in (kind() for kind in FinanceViewSet.__subclasses__()):
        for pattern in viewset.get_urlpatterns():
            page, name = pattern.callback.view_class, f"{viewset.name}:{pattern.name}"
            answers_get = "get" in page.http_method_names and hasattr(page, "get")
            decided = [issubclass(page, audit.LookMixin), name in NOBODYS, name in BY_ITSELF]
            assert sum(decided) == answers_get or issubclass(page, audit.LookMixin), name


def test_a_look_at_each_kind_of_thing_leaves_one_row_that_says_who_and_what(client, preparer, things):
    client.force_login(preparer)
    for page, thing in things.items():
        before = looks().count()
        assert client.get(reverse(page, args=[thing.pk])).status_code == 200
        (row,) = looks()[: looks().count() - before]
        assert (row.user, row.action, row.data) == (preparer, audit.SEEN, {"page": page})
        assert (row.content_type.model_class(), row.object_id) == (type(thing), str(thing.pk))


@pytest.mark.parametrize("page", LISTS)
def test_a_look_at_a_list_leaves_one_row(client, approver, things, page):
    client.force_login(approver)
    assert client.get(reverse(page), {"q": "Amina", "p": "1"}).status_code == 200
    row = looks().get()
    assert (row.user, row.object_id) == (approver, "")
    assert row.data == {"page": page, "asked": {"q": audit.TYPED, "p": "1"}}


def test_a_list_of_a_month_is_a_look_at_that_month(client, approver, statement):
    client.force_login(approver)
    client.get(LIST, {"period": statement.period_id, "state": "draft"})
    row = looks().get()
    assert (row.content_type.model_class(), row.object_id) == (Period, str(statement.period_id))
    assert row.data["asked"] == {"period": str(statement.period_id), "state": "draft"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_taken_along_says_so(client, approver, statement, kind):
    client.force_login(approver)
    client.get(LIST, {"export": kind})
    row = looks().get()
    assert (row.action, row.data["asked"]) == (audit.EXPORTED, {"export": kind})


def test_her_statement_as_she_sees_it_too(client, approver, statement):
    client.force_login(approver)
    page = statement.get_absolute_url()
    for address in (page, f"{page}lines/1/"):
        assert client.get(address).status_code == 200
    assert [row.data for row in looks()] == [
        {"page": "revenue:statement_line", "line": 1},
        {"page": "revenue:statement"},
    ]
    assert {row.object_id for row in looks()} == {str(statement.pk)}


@pytest.mark.parametrize("file", ["statement.csv", "statement.pdf", "rows.csv"])
def test_files_taken_by_somebody_else_too(client, approver, statement, file):
    client.force_login(approver)
    assert client.get(statement.get_absolute_url() + file).status_code == 200
    row = ModelLogEntry.objects.get(action="revenue.statement_downloaded")
    assert (row.user, row.object_id, row.data["file"]) == (approver, str(statement.pk), file)


def test_a_file_that_could_not_be_made_was_not_taken(client, approver, statement, monkeypatch):
    from courses.fonts import FontsMissing

    def missing(_name):
        raise FontsMissing("none")

    monkeypatch.setattr("courses.paper.font_file", missing)
    client.force_login(approver)
    assert client.get(f"{statement.get_absolute_url()}statement.pdf").status_code == 302
    assert not ModelLogEntry.objects.filter(action="revenue.statement_downloaded").exists()


def test_her_own_look_leaves_none_wherever_she_looks(client, creator, things):
    creator.give_role("finance preparer")
    client.force_login(creator)
    statement = things["finance_statements:statement"]
    page = statement.get_absolute_url()
    hers = [page, f"{page}lines/1/", f"{page}statement.csv", "/earnings/", "/earnings/payout/"]
    for name in ("finance_statements:statement", "finance_payouts:payout", "finance_disputes:dispute"):
        hers.append(reverse(name, args=[things[name].pk]))
    for address in hers:
        assert client.get(address).status_code == 200, address
    assert not looks().exists()
    assert not ModelLogEntry.objects.filter(action="revenue.statement_downloaded").exists()


def test_the_head_of_a_page_and_a_refused_one_leave_none(client, creator, preparer, learner, instructor, things):
    addresses = [reverse(page, args=[thing.pk]) for page, thing in things.items()] + [reverse(page) for page in LISTS]
    addresses.append(things["finance_statements:statement"].get_absolute_url())
    for who in (None, learner, instructor):
        client.logout()
        if who:
            client.force_login(who)
        for address in addresses:
            assert client.get(address).status_code in {302, 403, 404}
    client.force_login(preparer)
    for address in addresses:
        client.head(address)
    assert client.get(reverse("finance_statements:statement", args=[things["finance_bank:file"].pk])).status_code == 404
    assert not looks().exists()


def test_what_a_browser_fetches_ahead_of_time_is_not_given(client, preparer, statement):
    client.force_login(preparer)
    for address in (LIST, statement.get_absolute_url(), reverse("finance_statements:statement", args=[statement.pk])):
        for purpose in ("prefetch", "prefetch;prerender"):
            assert client.get(address, headers={"Sec-Purpose": purpose}).status_code == 400
    assert not looks().exists()


def test_what_cannot_be_written_down_is_not_shown(client, preparer, statement, monkeypatch):
    client.force_login(preparer)

    def full(*_arguments, **_named):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(type(ModelLogEntry.objects), "bulk_create", full)
    for address in (LIST, statement.get_absolute_url(), reverse("finance_statements:statement", args=[statement.pk])):
        with pytest.raises(DatabaseError):
            client.get(address)


def test_a_look_is_one_query(rf, preparer, statement, django_assert_num_queries):
    request = rf.get("/", {"p": "2"})
    request.user, request.resolver_match = preparer, type("Match", (), {"view_name": "finance_statements:statement"})
    audit.look(request, statement)  # fills caches
    with django_assert_num_queries(1):
        audit.look(request, statement)


def test_no_row_about_money_names_anybody(client, things, preparer, creator):
    client.force_login(preparer)
    for page, thing in things.items():
        client.get(reverse(page, args=[thing.pk]))
    client.get(LIST, {"q": "Amina"})
    client.get(reverse("finance_sources:what_if"), {"percent": "50", "month": "2026-09", "creator": "amina"})
    for row in ModelLogEntry.objects.filter(action__startswith=audit.PREFIX):
        told = f"{row.label} {row.data}".lower()
        for word in ("amina", creator.public_name.lower(), str(creator.email), "3000"):
            assert word not in told, told
