"""`.hnp/archive-log.yaml`: the append-only record of what was ingested from where into what, when, by which sync.

The file is YAML with `operations:` as its last key, so that a record is appended as text and the log is never read for
it. It is read only where a plan must know what a file held when it was last ingested.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.pattern import pattern
from fgd_sync.model.plan import Fate, Plan, SourceOutcome
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.outline import mark
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.quote import are_plain, quote
from fgd_sync.yamldoc.stencil import Stencil, stencil_of

_LOG_LIMITS = Limits(1 << 62, 1 << 62, 1 << 62, max_nodes=1 << 62)
LOG_VERSION = "2"
"""Version of the layout of the log."""

_HEADER = f'version: "{LOG_VERSION}"\noperations:\n'.encode()
_LOG = pattern(re.escape(_HEADER) + rb"(?:(?:- |  )[^\n]*+\n)*+\Z")
"""A log as we write it, to look at: one that was cut off or merged by hand looks otherwise."""

_KEPT = b"  kept: true\n"

EMPTY_LOG = f'version: "{LOG_VERSION}"\noperations: []\n'.encode()
"""A log without records."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by which sync a plan is made. `time` is RFC 3339 in UTC."""

    time: str
    sync_id: str


class LogMemory:
    """What a log says last; read when first asked. One that is absent or damaged remembers nothing."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    @cached_property
    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        """The last record of each source."""
        return {str(item.get("source")): item for item in self._operations}

    def kept(self, tree: Tree, paths: Iterable[str], settings: IngestionSettings) -> frozenset[str]:
        """The sources among these paths that were ingested with these very bytes and left in place.

        Records of older versions do not say whether a source was left: those of a fabric that keeps sources mean it.
        """
        unsaid = settings.archive == "keep"
        if not unsaid and _KEPT not in (self._data or b""):
            return frozenset()
        known = ((path, self.sources[path]) for path in paths if path in self.sources)
        left = ((path, item) for path, item in known if item.get("kept", unsaid and "moved_to" not in item))
        return frozenset(path for path, item in left if item.get("sha256") == sha256(tree.files[path]))

    @cached_property
    def targets(self) -> Mapping[str, str]:
        """The SHA-256 that each file had when it was written from a source, in hex."""
        lists = (item.get("targets") for item in self._operations)
        targets = (target for group in lists if isinstance(group, list) for target in group)
        return {str(item.get("path")): str(item.get("sha256")) for item in targets if isinstance(item, dict)}

    @cached_property
    def _operations(self) -> list[dict[str, Any]]:
        log = read_mapping(self._data)
        records = log.get("operations") if log else None
        return [item for item in records if isinstance(item, dict)] if isinstance(records, list) else []


def sha256(data: bytes) -> str:
    """The digest in the form that the log has it."""
    return hashlib.sha256(data).hexdigest()


def read_mapping(data: bytes | None) -> dict[str, Any] | None:
    """The one mapping that a file of `.hnp/` holds; None if it is absent or holds anything else."""
    documents = parse(data, _LOG_LIMITS).documents if data is not None else ()
    value = documents[0].value if len(documents) == 1 and not documents[0].problem else None
    return value if isinstance(value, dict) else None


def is_plain_log(data: bytes) -> bool:
    """Whether a log is one that we wrote, as far as the beginnings of its lines tell."""
    return data == EMPTY_LOG or _LOG.match(data) is not None


def canonical_log(data: bytes) -> bytes | None:
    """The log with `operations` last, as records are appended to it; None if it is damaged."""
    if is_plain_log(data):
        return data
    log = read_mapping(data)
    if log is None:
        return None
    rest = {key: value for key, value in log.items() if key not in ("operations", "version")}
    records = log.get("operations")
    return emit({"version": LOG_VERSION, **rest, "operations": records if isinstance(records, list) else []}).encode()


def seal(plan: Plan, stamp: Stamp, log: bytes | None) -> tuple[Change, ...]:
    """The plan's changes, with a record of what it ingests appended to the log (`log`: its bytes now)."""
    text = _form_record(plan, stamp, log) + _records_of(plan, stamp)
    if not text:
        return plan.changes
    return (*(item for item in plan.changes if not _is_log(item)), _appended(plan, log, text))


def seal_form(plan: Plan, stamp: Stamp, log: bytes | None) -> tuple[Write, ...]:
    """What a new version of the normal form writes, with its record in the log; () where there is no new one."""
    if plan.form is None:
        return ()
    text = _form_record(plan, stamp, log)
    return (*plan.form.writes, *((_appended(plan, log, text),) if text else ()))


def _appended(plan: Plan, log: bytes | None, text: str) -> Write:
    planned = next(filter(_is_log, plan.changes), None)
    before = planned.data if isinstance(planned, Write) else log if log is not None else EMPTY_LOG
    head = before.removesuffix(b"operations: []\n")
    return Write(ARCHIVE_LOG, (head if head is before else head + b"operations:\n") + text.encode(), log)


def _form_record(plan: Plan, stamp: Stamp, log: bytes | None) -> str:
    """The new digests of rewritten files that nobody edited since they were ingested; empty if there are none."""
    if plan.form is None:
        return ""
    known = LogMemory(log).targets
    targets = [
        {"path": item.path, "sha256": sha256(item.data)}
        for item in plan.form.writes
        if known.get(item.path) == sha256(item.before or b"")
    ]
    record = {"time": stamp.time, "sync": stamp.sync_id, "action": f"normal form {plan.form.new}", "targets": targets}
    return emit([record]) if targets else ""


def _is_log(change: Change) -> bool:
    return type(change) is Write and change.path == ARCHIVE_LOG


def _records_of(plan: Plan, stamp: Stamp) -> str:
    """The records of the sources that a plan ingests."""
    found = [item for item in plan.sources if item.fate in _INGESTED]
    written = {item.path: item for item in plan.changes if type(item) is Write} if found else {}
    gone = {item.path for item in plan.changes if type(item) is Delete}
    return "".join([_text(item, stamp, written, kept=item.path not in gone) for item in found])


def _text(item: SourceOutcome, stamp: Stamp, written: Mapping[str, Write], *, kept: bool) -> str:
    """The record of a source as an item of a list in YAML. Nearly all are of one form."""
    path, digest, moved_to = item.path, item.sha256, item.moved_to
    targets: list[str] = []
    for target in item.targets:
        write = written.get(target)
        targets += (target, sha256(write.data)) if write else ()
    stencil = _stencil(_OWN + len(targets), is_moved=bool(moved_to))
    if stencil and moved_to and are_plain((path, digest, moved_to, *targets)):
        told = (quote(stamp.time), quote(stamp.sync_id), path, digest, quote(item.fate), moved_to, *targets)
        return stencil.filled_with(told)
    values = (stamp.time, stamp.sync_id, path, digest, str(item.fate), moved_to or kept, *targets)
    if stencil is None or "\n" in "".join((item.path, moved_to, *item.targets)):
        return emit(_record(values, is_moved=bool(moved_to)))
    return stencil.filled(values)


_OWN = 6
"""How many values a record has besides its targets."""


def _record(values: Sequence[Any], *, is_moved: bool) -> list[dict[str, Any]]:
    keys = ("time", "sync", "source", "sha256", "action", "moved_to" if is_moved else "kept")
    rest = values[_OWN:]
    targets = [{"path": path, "sha256": digest} for path, digest in zip(rest[::2], rest[1::2], strict=True)]
    record: dict[str, Any] = dict(zip(keys, values, strict=False))
    return [record | ({"targets": targets} if targets else {})]


@lru_cache(maxsize=64)
def _stencil(values: int, *, is_moved: bool) -> Stencil | None:
    return stencil_of(_record([mark(number) for number in range(values)], is_moved=is_moved), values)


_INGESTED = (Fate.ARCHIVED, Fate.PARTLY, Fate.SET_ASIDE)
