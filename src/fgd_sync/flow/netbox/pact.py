"""What git and NetBox agreed on, in the hands of one report: what it may write, and what they agree on afterwards."""

from collections.abc import Callable, Mapping, Sequence

from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.agreement import Base, Home, advanced, assumed, file_of, read_base, seen_in, written_base
from fgd_sync.planning.netbox_keep import Due, due
from fgd_sync.planning.netbox_records import Difference
from fgd_sync.planning.three_ways import Policy
from fgd_sync.planning.tracking import without_tracking

Earlier = Callable[[], Mapping[Ref, JsonObject]]
"""What git had when NetBox was last told, as far as that is known: the resources by identity."""


class Pact:
    """What was agreed on in a fabric of a NetBox. `files` keep it as it is to be, `old` as it was."""

    def __init__(self, files: Mapping[str, bytes], url: str, policy: Policy, earlier: Earlier = dict) -> None:
        self.files, self.old = files, files
        self.url, self.policy, self.earlier = url, policy, earlier
        self._rows: dict[str, Sequence[JsonObject]] = {}

    def due(self, kind: str, wanted: Sequence[Record], rows: Sequence[JsonObject], fabric: int) -> Due:
        """What the report may write to the records of a kind; `rows` are those of the fabric with this number."""
        return due(kind, wanted, rows, base=self._base(kind, rows, fabric), policy=self.policy)

    def note(self, kind: str, wanted: Sequence[Record], rows: Sequence[JsonObject], fabric: int) -> None:
        """Take note of what the fabric's records of a kind are, before the report writes and after it."""
        self._rows[kind] = rows
        git = {item.ref: without_tracking(item.body) for item in wanted}
        agreed = advanced(self._base(kind, rows, fabric), seen_in(kind, rows), git)
        self.files = {**self.files, file_of(kind): written_base(agreed, Home(self.url, fabric))}

    def wrote(self, wanted: Sequence[Record], difference: Difference, made: Sequence[JsonObject], fabric: int) -> None:
        """Take note of records as they are after a difference was made good, whether they can be read again or not."""
        changes = {item["id"]: item for item in difference.update}
        rows = [row for row in self._rows.get(difference.what, ()) if row["id"] not in difference.delete]
        after = [*({**row, **changes.get(row["id"], {})} for row in rows), *made]
        self.note(difference.what, wanted, after, fabric)

    def _base(self, kind: str, rows: Sequence[JsonObject], fabric: int) -> Base:
        base = read_base(self.old.get(file_of(kind)), kind, Home(self.url, fabric))
        return base if base.is_known or not rows else assumed(seen_in(kind, rows), self.earlier())
