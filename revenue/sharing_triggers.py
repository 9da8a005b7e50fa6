"""What the database itself refuses about shared channels; :mod:`revenue.triggers` puts it in place. Plain SQL.

The parts of a channel are those it was announced with and add up to all of it; so do the accruals of its totals, one
for each part, whoever's it is. Sharings of one channel do not overlap, and none ends before a month it decided.
"""

from typing import Final

_UNEVEN_PARTS: Final = """(SELECT COUNT(*) FROM revenue_sharingpart p WHERE p.sharing_id = {sharing})
  <> (SELECT s.part_count FROM revenue_channelsharing s WHERE s.id = {sharing})
  OR (SELECT SUM(p.bps) FROM revenue_sharingpart p WHERE p.sharing_id = {sharing}) <> 10000"""
_UNEVEN_ACCRUALS: Final = """(SELECT COUNT(*) FROM revenue_accrual a JOIN revenue_sharingpart p
     ON p.sharing_id = a.sharing_id AND p.place = a.place AND p.creator_id = a.creator_id
     WHERE a.total_id = NEW.total_id AND a.sharing_id = NEW.sharing_id)
  <> (SELECT s.part_count FROM revenue_channelsharing s WHERE s.id = NEW.sharing_id)
  OR (SELECT SUM(a.part_micros) FROM revenue_accrual a WHERE a.total_id = NEW.total_id)
  <> (SELECT t.gross_micros FROM revenue_channeltotal t WHERE t.id = NEW.total_id)"""
_TOO_MANY: Final = """NEW.place > (SELECT s.part_count FROM revenue_channelsharing s WHERE s.id = NEW.sharing_id)"""
_LAST: Final = """NEW.place >= (SELECT s.part_count FROM revenue_channelsharing s WHERE s.id = NEW.sharing_id)"""
_OVERLAP: Final = """EXISTS (SELECT 1 FROM revenue_channelsharing s
  WHERE s.channel_id = NEW.channel_id AND s.id <> NEW.id
  AND (s.effective_to IS NULL OR s.effective_to > s.effective_from)
  AND (s.effective_to IS NULL OR s.effective_to > NEW.effective_from)
  AND (NEW.effective_to IS NULL OR s.effective_from < NEW.effective_to))"""
_DECIDED: Final = """EXISTS (SELECT 1 FROM revenue_accrual a JOIN revenue_channeltotal t ON t.id = a.total_id
  WHERE a.sharing_id = NEW.id AND t.month >= NEW.effective_to)"""

# SQLite, which cannot defer: name → (moment, table, condition, message)
SQLITE: Final = {
    "revenue_part_announced": ("BEFORE INSERT", "revenue_sharingpart", _TOO_MANY, "this channel has all its parts"),
    "revenue_parts_are_all": (
        "AFTER INSERT", "revenue_sharingpart", f"{_LAST} AND ({_UNEVEN_PARTS.format(sharing='NEW.sharing_id')})",
        "these parts are not the whole channel",
    ),
    "revenue_accruals_are_all": (
        "AFTER INSERT", "revenue_accrual", f"NEW.sharing_id IS NOT NULL AND {_LAST} AND ({_UNEVEN_ACCRUALS})",
        "these accruals are not the whole total",
    ),
    "revenue_sharing_overlap_insert": ("BEFORE INSERT", "revenue_channelsharing", _OVERLAP, "these sharings overlap"),
    "revenue_sharing_overlap_update": ("BEFORE UPDATE", "revenue_channelsharing", _OVERLAP, "these sharings overlap"),
    "revenue_sharing_decided": (
        "BEFORE UPDATE", "revenue_channelsharing", _DECIDED, "this sharing has decided a later month"
    ),
}  # fmt: skip


def _refusing(condition: str, message: str, first: str = "") -> str:
    return f"""BEGIN
  {first}
  IF {condition} THEN
    RAISE EXCEPTION 'revenue: {message}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END"""


FUNCTIONS: Final = {
    "revenue_check_part": _refusing(_TOO_MANY, "this channel has all its parts"),
    "revenue_check_parts": _refusing(_UNEVEN_PARTS.format(sharing="NEW.id"), "these parts are not the whole channel"),
    "revenue_check_accruals": _refusing(_UNEVEN_ACCRUALS, "these accruals are not the whole total"),
    "revenue_check_sharing": _refusing(
        f"{_OVERLAP} OR {_DECIDED}", "these sharings overlap, or one has decided a later month",
        "PERFORM pg_advisory_xact_lock(hashtext('revenue_channelsharing'));",
    ),
}  # fmt: skip
# PostgreSQL: (table, name) → what follows CREATE
PLACES: Final = {
    ("revenue_sharingpart", "revenue_part_announced"): (
        "TRIGGER revenue_part_announced BEFORE INSERT ON revenue_sharingpart "
        "FOR EACH ROW EXECUTE FUNCTION revenue_check_part()"
    ),
    ("revenue_channelsharing", "revenue_parts_are_all"): (
        "CONSTRAINT TRIGGER revenue_parts_are_all AFTER INSERT ON revenue_channelsharing "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revenue_check_parts()"
    ),
    ("revenue_accrual", "revenue_accruals_are_all"): (
        "CONSTRAINT TRIGGER revenue_accruals_are_all AFTER INSERT ON revenue_accrual DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW WHEN (NEW.sharing_id IS NOT NULL) EXECUTE FUNCTION revenue_check_accruals()"
    ),
    ("revenue_channelsharing", "revenue_sharing_overlap"): (
        "TRIGGER revenue_sharing_overlap BEFORE INSERT OR UPDATE ON revenue_channelsharing "
        "FOR EACH ROW EXECUTE FUNCTION revenue_check_sharing()"
    ),
}
