"""What was found about a file, as tables for finance's page: every table is drawn by one loop."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creators.models import Profile
from revenue import showing
from revenue.importing.preview import Preview

Heading = tuple[Promise, str]  # the words, and what its cells are: TEXT, CODE or NUMBER
TEXT, CODE, NUMBER = "text", "code", "number"

_CHANNEL, _ROWS = (gettext_lazy("Channel"), CODE), (gettext_lazy("Rows"), NUMBER)


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first cell of each row names it."""

    title: str
    headings: Sequence[Heading]
    cells: Iterable[Sequence[object]]

    @property
    def rows(self) -> Iterable[list[tuple[object, str]]]:
        """Each row's cells with what they are."""
        kinds = [kind for _words, kind in self.headings]
        return [list(zip(row, kinds, strict=True)) for row in self.cells]


def tables(preview: Preview) -> list[Table]:
    """Return the tables of ``preview`` that have rows, in the order finance reads them."""

    def exact(micros: int) -> str:
        return showing.exact_money(micros, preview.currency)

    found = [_bad_rows(preview), _changes(preview, exact), _creators(preview, exact), _unknown(preview, exact)]
    return [table for table in found if table.cells]


def _bad_rows(preview: Preview) -> Table:
    return Table(
        _("Rows that cannot be booked"),
        [(gettext_lazy("Line"), NUMBER), (gettext_lazy("Why"), TEXT)],
        [(bad.line, bad.reason) for bad in preview.bad_rows],
    )


def _changes(preview: Preview, exact: Callable[[int], str]) -> Table:
    return Table(
        _("What differs from earlier files"),
        [
            _CHANNEL,
            (gettext_lazy("Was"), NUMBER),
            (gettext_lazy("Is now"), NUMBER),
            (gettext_lazy("Difference"), NUMBER),
        ],
        [
            (change.channel, exact(change.was_micros), exact(change.now_micros), exact(change.difference))
            for change in preview.changes
        ],
    )


def _creators(preview: Preview, exact: Callable[[int], str]) -> Table:
    people = Profile.objects.defer("thumbnail").in_bulk([one.creator_id for one in preview.creators])
    names = {str(pk): str(person) for pk, person in people.items()}
    return Table(
        _("Creators: %(count)s") % {"count": preview.creator_count},
        [
            (gettext_lazy("Creator"), TEXT), _ROWS, (gettext_lazy("Reported"), NUMBER),
            (gettext_lazy("Her part"), NUMBER),
        ],
        [
            (names.get(one.creator_id, one.creator_id), one.row_count, exact(one.gross_micros), exact(one.share_micros))
            for one in preview.creators
        ],
    )  # fmt: skip


def _unknown(preview: Preview, exact: Callable[[int], str]) -> Table:
    return Table(
        _("Unknown channels: %(count)s") % {"count": preview.unknown_count},
        [_CHANNEL, (gettext_lazy("Platform"), TEXT), _ROWS, (gettext_lazy("Would wait"), NUMBER)],
        [(one.channel, one.platform, one.row_count, exact(one.gross_micros)) for one in preview.unknown],
    )
