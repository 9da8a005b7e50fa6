"""What the database itself refuses, on SQLite and on PostgreSQL. Plain SQL, no Django models.

- Entries, postings, rows of reports, totals, accruals, corrections, lines of statements, payment files, mappings and
  what is on file for tax or declared of children, rates and exchanges are only ever added.
- An entry takes exactly the postings it was announced with, sums to zero in each currency, and goes into an
  open month.
- A posted report, a locked month, what a source is, the figures of a statement and what was said in a dispute stay as
  they are.
- Agreements of one scope do not overlap, and one that has decided something can only be ended. What holds for shared
  channels stands in :mod:`revenue.sharing_triggers`, for the trail of who saw and did what in
  :mod:`revenue.audit_triggers`.

PostgreSQL checks an entry when the transaction ends (a deferred constraint trigger), SQLite, which cannot
defer, when the last of its postings arrives.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from revenue import audit_triggers, sharing_triggers

APPEND_ONLY: Final = (
    "revenue_journalentry",
    "revenue_posting",
    "revenue_earningrow",
    "revenue_channeltotal",
    "revenue_accrual",
    "revenue_correction",
    "revenue_statementline",
    "revenue_paymentfile",
    "revenue_mapping",
    "revenue_taxrule",
    "revenue_taxrecord",
    "revenue_sharingpart",
    "revenue_childrule",
    "revenue_appearance",
    "revenue_exchangerate",
    "revenue_exchange",
)
# name → (table, columns that stay, the condition on the old row under which they do; empty means always)
FROZEN: Final = {
    "report": (
        "revenue_report",
        ("source_id", "period_id", "sha256", "size_bytes", "file", "state", "currency", "row_count", "gross_micros",
         "counted_in_id", "entry_id", "mapping_id", "account", "control_micros", "restates_id", "is_additional",
         "is_cumulative"),
        "OLD.state <> 'waiting'",
    ),
    "source": ("revenue_source", ("slug", "platform", "account", "currency", "figures"), ""),
    "period": ("revenue_period", ("month", "state"), "OLD.state = 'locked'"),
    "account": ("revenue_account", ("code", "currency"), ""),
    "statement": (
        "revenue_statement",
        ("creator_id", "period_id", "currency", "opening", "earned", "reserved", "withheld", "payable", "carried",
         "threshold", "carry_in_units", "carry_out_units", "approvals_needed", "tax_record_id",
         "needs_form_id", "digest"),
        "",
    ),
    "approval": ("revenue_approval", ("statement_id", "prepared_by_id", "approved_by_id", "digest", "approved_at"), ""),
    "bankfile": ("revenue_bankfile", ("name", "kind", "content", "sha256", "kept_by_id", "kept_at"), ""),
    "payout": ("revenue_payout", ("statement_id", "method_id", "rail", "amount", "currency", "made_by_id"), ""),
    "shareagreement": (
        "revenue_shareagreement",
        ("source_id", "creator_id", "creator_bps", "steps", "step_currency", "effective_from"),
        "EXISTS (SELECT 1 FROM revenue_accrual a WHERE a.agreement_id = OLD.id)",
    ),
    "sharing": (
        "revenue_channelsharing", ("channel_id", "part_count", "effective_from", "note", "made_by_id", "made_at"), ""
    ),
    "child": ("revenue_child", ("creator_id",), ""),
    "sharingend": ("revenue_channelsharing", ("effective_to",), "OLD.effective_to IS NOT NULL"),
    "dispute": ("revenue_dispute", ("line_id", "reason", "message", "raised_by_id", "raised_at"), ""),
    "answer": ("revenue_dispute", ("state", "answer", "answered_by_id", "answered_at"), "OLD.state <> 'open'"),
}  # fmt: skip
OVERLAP: Final = """SELECT 1 FROM revenue_shareagreement a
      WHERE a.source_id {same} NEW.source_id AND a.creator_id {same} NEW.creator_id AND a.id <> NEW.id
      AND (a.effective_to IS NULL OR a.effective_to > NEW.effective_from)
      AND (NEW.effective_to IS NULL OR a.effective_from < NEW.effective_to)"""

UNBALANCED: Final = """SELECT 1 FROM revenue_posting p WHERE p.entry_id = NEW.entry_id
      GROUP BY p.currency HAVING SUM(p.amount) <> 0"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger anew; doing it again is harmless."""
    remove(connection)
    _run(connection, list(_definitions(connection).values()))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away; for migrations backwards, and for emptying a test database."""
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in _sqlite()])
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {name} ON {table}" for (table, name) in _postgresql_places()])


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that should be there and are not (or are switched off)."""
    if connection.vendor == "sqlite":
        wanted, query = set(_sqlite()), "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {name for (_table, name) in _postgresql_places()}
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def expected(connection: BaseDatabaseWrapper) -> int:
    """Return how many triggers guard the books on this database."""
    return len(_sqlite()) if connection.vendor == "sqlite" else len(_postgresql_places())


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _definitions(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _short(table: str) -> str:
    return table.removeprefix("revenue_")


# -- SQLite ------------------------------------------------------------------------------------------


def _sqlite() -> dict[str, str]:
    triggers = {}

    def add(name: str, moment: str, table: str, condition: str, message: str) -> None:
        when = f" WHEN {condition}" if condition else ""
        triggers[name] = (
            f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW{when} "
            f"BEGIN SELECT RAISE(ABORT, 'revenue: {message}'); END"
        )

    for table in APPEND_ONLY:
        for action in ("update", "delete"):
            name = f"revenue_no_{action}_{_short(table)}"
            add(name, f"BEFORE {action.upper()}", table, "", f"rows of {table} are never changed")
    for short, (table, columns, condition) in FROZEN.items():
        changed = "(" + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns) + ")"
        both = f"{changed} AND {condition}" if condition else changed
        add(f"revenue_frozen_{short}", "BEFORE UPDATE", table, both, f"this row of {table} stays as it is")
        add(f"revenue_kept_{short}", "BEFORE DELETE", table, condition, f"this row of {table} is kept")
    add(
        "revenue_entry_open_month", "BEFORE INSERT", "revenue_journalentry",
        "EXISTS (SELECT 1 FROM revenue_period p WHERE p.id = NEW.period_id AND p.state = 'locked')",
        "this month is closed",
    )  # fmt: skip
    add(
        "revenue_posting_announced", "BEFORE INSERT", "revenue_posting",
        "NEW.line > (SELECT e.lines FROM revenue_journalentry e WHERE e.id = NEW.entry_id)",
        "this entry is complete",
    )  # fmt: skip
    last = "NEW.line = (SELECT e.lines FROM revenue_journalentry e WHERE e.id = NEW.entry_id)"
    whole = "NEW.line <> (SELECT COUNT(*) FROM revenue_posting p WHERE p.entry_id = NEW.entry_id)"
    uneven = f"EXISTS ({UNBALANCED})"
    add(
        "revenue_entry_balances", "AFTER INSERT", "revenue_posting", f"{last} AND ({whole} OR {uneven})",
        "this entry does not balance",
    )  # fmt: skip
    for action in ("INSERT", "UPDATE"):
        overlap = f"EXISTS ({OVERLAP.format(same='IS')})"
        name = f"revenue_agreement_overlap_{action.lower()}"
        add(name, f"BEFORE {action}", "revenue_shareagreement", overlap, "these agreements overlap")
    for name, trigger in (sharing_triggers.SQLITE | audit_triggers.SQLITE).items():
        add(name, *trigger)
    return triggers


# -- PostgreSQL --------------------------------------------------------------------------------------

_POSTGRESQL_FUNCTIONS: Final = {
    "revenue_refuse": """BEGIN
  RAISE EXCEPTION 'revenue: this row of % stays as it is', TG_TABLE_NAME
  USING ERRCODE = 'integrity_constraint_violation';
END""",
    "revenue_check_open_month": """BEGIN
  PERFORM 1 FROM revenue_period p WHERE p.id = NEW.period_id AND p.state = 'open' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'revenue: this month is closed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END""",
    "revenue_check_announced": """BEGIN
  IF EXISTS (SELECT 1 FROM added n JOIN revenue_journalentry e ON e.id = n.entry_id WHERE n.line > e.lines) THEN
    RAISE EXCEPTION 'revenue: this entry is complete' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END""",
    "revenue_check_balance": """BEGIN
  IF NEW.lines <> (SELECT COUNT(*) FROM revenue_posting p WHERE p.entry_id = NEW.id)
     OR EXISTS (SELECT 1 FROM revenue_posting p WHERE p.entry_id = NEW.id
                GROUP BY p.currency HAVING SUM(p.amount) <> 0) THEN
    RAISE EXCEPTION 'revenue: entry % does not balance', NEW.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END""",
    "revenue_check_overlap": f"""BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('revenue_shareagreement'));
  IF EXISTS ({OVERLAP.format(same="IS NOT DISTINCT FROM")}) THEN
    RAISE EXCEPTION 'revenue: these agreements overlap' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END""",
}


def _postgresql_places() -> dict[tuple[str, str], str]:
    """Return ``(table, trigger) → what follows CREATE``."""
    places = sharing_triggers.PLACES | audit_triggers.PLACES
    refuse = "EXECUTE FUNCTION revenue_refuse()"
    for table in APPEND_ONLY:
        name = f"revenue_no_change_{_short(table)}"
        places[table, name] = f"TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}"
        empty = f"revenue_no_truncate_{_short(table)}"
        places[table, empty] = f"TRIGGER {empty} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
    for short, (table, columns, condition) in FROZEN.items():
        if short == "shareagreement":
            continue  # its condition asks another table, which WHEN cannot
        changed = "(" + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns) + ")"
        both = f"{changed} AND {condition}" if condition else changed
        frozen, kept = f"revenue_frozen_{short}", f"revenue_kept_{short}"
        places[table, frozen] = f"TRIGGER {frozen} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({both}) {refuse}"
        when = f"WHEN ({condition}) " if condition else ""
        places[table, kept] = f"TRIGGER {kept} BEFORE DELETE ON {table} FOR EACH ROW {when}{refuse}"
    for table, name, moment, each in (
        ("revenue_journalentry", "revenue_entry_open_month", "BEFORE INSERT", "revenue_check_open_month"),
        ("revenue_shareagreement", "revenue_agreement_overlap", "BEFORE INSERT OR UPDATE", "revenue_check_overlap"),
        ("revenue_shareagreement", "revenue_frozen_shareagreement", "BEFORE UPDATE OR DELETE", "revenue_check_used"),
    ):
        places[table, name] = f"TRIGGER {name} {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {each}()"
    places["revenue_posting", "revenue_posting_announced"] = (
        "TRIGGER revenue_posting_announced AFTER INSERT ON revenue_posting REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION revenue_check_announced()"
    )
    places["revenue_journalentry", "revenue_entry_balances"] = (
        "CONSTRAINT TRIGGER revenue_entry_balances AFTER INSERT ON revenue_journalentry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revenue_check_balance()"
    )
    return places


def _used_function() -> str:
    _table, columns, condition = FROZEN["shareagreement"]
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return f"""BEGIN
  IF {condition} AND (TG_OP = 'DELETE' OR {changed}) THEN
    RAISE EXCEPTION 'revenue: this agreement has decided something' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END"""


def _postgresql() -> dict[str, str]:
    bodies = _POSTGRESQL_FUNCTIONS | sharing_triggers.FUNCTIONS | audit_triggers.FUNCTIONS
    bodies["revenue_check_used"] = _used_function()
    functions = {
        name: f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
        for name, body in bodies.items()
    }
    return functions | {name: f"CREATE {text}" for (_table, name), text in _postgresql_places().items()}
