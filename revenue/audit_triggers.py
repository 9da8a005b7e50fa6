"""What the database itself refuses about the trail of money; :mod:`revenue.triggers` puts it in place. Plain SQL.

Rows of Wagtail's log whose action begins with ``revenue.`` are neither changed nor deleted, and no other row becomes
one. What other apps write there is as free as ever. On PostgreSQL the column is named in a function and not in the
trigger, so that a later migration of Wagtail's may change the table.
"""

from typing import Final

TABLE: Final = "wagtailcore_modellogentry"
_OURS: Final = "substr({row}.action, 1, 8) = 'revenue.'"
_OLD, _NEW = _OURS.format(row="OLD"), _OURS.format(row="NEW")
_ANY: Final = "SELECT 1 FROM wagtailcore_modellogentry e WHERE substr(e.action, 1, 8) = 'revenue.'"
_MESSAGE: Final = "who saw and did what stays as it was written"

# SQLite: name → (moment, table, condition, message)
SQLITE: Final = {
    "revenue_no_update_trail": ("BEFORE UPDATE", TABLE, f"{_OLD} OR {_NEW}", _MESSAGE),
    "revenue_no_delete_trail": ("BEFORE DELETE", TABLE, _OLD, _MESSAGE),
}
_REFUSE: Final = f"RAISE EXCEPTION 'revenue: {_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
FUNCTIONS: Final = {
    "revenue_keep_trail": f"""BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    IF EXISTS ({_ANY}) THEN {_REFUSE} END IF;
    RETURN NULL;
  END IF;
  IF {_OLD} THEN {_REFUSE} END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF {_NEW} THEN {_REFUSE} END IF;
  RETURN NEW;
END""",
}
# PostgreSQL: (table, name) → what follows CREATE
PLACES: Final = {
    (TABLE, "revenue_no_change_trail"): (
        f"TRIGGER revenue_no_change_trail BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION revenue_keep_trail()"
    ),
    (TABLE, "revenue_no_truncate_trail"): (
        f"TRIGGER revenue_no_truncate_trail BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION revenue_keep_trail()"
    ),
}
