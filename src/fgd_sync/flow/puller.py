"""Reads what NetBox has of fabrics, and adds it to what their plans depend on: so a plan becomes that of a pull.

NetBox is read once for each fabric, whole or not at all; its change log tells who changed what, where it may be seen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from fgd_sync.flow.ground import Run
from fgd_sync.flow.netbox.change_log import by_number, editor_of, entries_about, is_ours
from fgd_sync.flow.netbox.core_pull import read_core
from fgd_sync.flow.netbox.report import choose
from fgd_sync.flow.netbox.side import read_records
from fgd_sync.flow.netbox.work import Work
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import DATABASE_ERROR
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import Outcome
from fgd_sync.model.pulled import Verdict
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.planning.agreement import Home, file_of, read_base, seen_in
from fgd_sync.planning.incoming import Incoming, Logged
from fgd_sync.planning.managed import resources_in
from fgd_sync.planning.netbox_records import ENDPOINTS
from fgd_sync.planning.options import Options
from fgd_sync.planning.three_ways import Policy
from fgd_sync.ports import NetBox

_TYPES = frozenset(f"netbox_hedgehog.{kind.lower()}" for kind in ENDPOINTS)


@dataclass(frozen=True, slots=True)
class Puller:
    """What a pull adds to plans. `connect` gives a client for one fabric, `agreed` the files of what was agreed on."""

    connect: Callable[[], NetBox]
    settings: Settings
    agreed: Callable[[str], Mapping[str, bytes]]
    seen: dict[str, Incoming] = field(default_factory=dict)

    def prepare(self, target: Target, tree: Tree, options: Options) -> Options:
        """The options with what NetBox has. Raises FgdError unless all of it could be read."""
        fabric = options.fabric
        if fabric not in self.seen:
            self.seen[fabric] = self._read(fabric, target.netbox_id, tree)
        return replace(options, incoming=self.seen[fabric])

    def _read(self, fabric: str, netbox_id: int | None, tree: Tree) -> Incoming:
        netbox, settings = self.connect(), self.settings.netbox
        files, policy = self._files(fabric), Policy(self.settings.pull_of(fabric).conflicts)
        work = Work(netbox, Outcome(fabric, "", "completed", "", netbox_id=netbox_id), settings)
        if choose(work) is None and not work.unsupported:
            return read_core(work, files, resources_in(tree.files), policy)
        found = read_records(netbox, settings, fabric, netbox_id)
        home = Home(settings.url.rstrip("/"), found.fabric)
        bases = {kind: read_base(files.get(file_of(kind)), kind, home) for kind in ENDPOINTS}
        seen = [seen_in(kind, rows) for kind, rows in found.rows.items()]
        numbers = {ref: number for item in seen for ref, number in item.numbers.items()}
        strangers = frozenset(ref for item in seen for ref in item.strangers)
        incoming = Incoming(found.side, numbers, bases, home, policy, strangers=strangers)
        return replace(incoming, log=by_number(_log(netbox, incoming.suspects)))

    def _files(self, fabric: str) -> Mapping[str, bytes]:
        """The files of what was agreed on; none where the state of the fabric is not ours to read."""
        try:
            return self.agreed(fabric)
        except FgdError as failure:
            if failure.code is DATABASE_ERROR:
                return {}
            raise


def keep_agreed(run: Run) -> None:
    """Let a pull keep what both sides have alike after it, whatever becomes of the report to NetBox that follows."""
    incoming = run.options.incoming if run.options else None
    if incoming is None or run.failure:
        return
    try:
        known = run.agreed()
    except FgdError:  # What is kept cannot be read, so it is not written over either.
        return
    tree = run.tree.after(run.changes) if run.report.applied else run.tree
    pulled = run.report.plan.pulled if run.report.plan and run.report.pull_request else ()
    offered = [item.ref for item in pulled if item.verdict is Verdict.TAKEN]
    files = {**known, **incoming.agreed(resources_in(tree.files), offered)}
    run.agreement, run.agreed = files, lambda: files


def _log(netbox: NetBox, numbers: Iterable[int]) -> Iterator[tuple[int, Logged]]:
    """What was done to records, by number."""
    for row in entries_about(netbox, numbers):
        if row.get("changed_object_type") in _TYPES:
            before, after = row.get("prechange_data") or {}, row.get("postchange_data") or {}
            yield int(row["changed_object_id"]), Logged(is_ours(row), editor_of(row), before, after)
