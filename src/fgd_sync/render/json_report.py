"""The JSON payloads of the commands (`--format json`): functions from reports to plain dicts, and one to text.

Names and shapes are a contract with other software; `schemas/plan.schema.json` and `schemas/report.schema.json`
describe those of `plan` and `sync`. Paths are as the user knows them, from where the command was started.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.code import Severity
from fgd_sync.model.diagnostic import Diagnostic, Related, sort_key
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport
from fgd_sync.model.structure import FileEntry, Progress, Repair, Structure
from fgd_sync.model.sync import STAGES
from fgd_sync.render.json_text import to_json

Payload = dict[str, Any]


def dumps(payloads: Payload | Sequence[Payload]) -> str:
    """Payloads as JSON text with a line feed at the end: one as it is, several as `{"fabrics": […]}`."""
    several = not isinstance(payloads, dict) and len(payloads) != 1
    value = payloads if isinstance(payloads, dict) else {"fabrics": payloads} if several else payloads[0]
    return to_json(value)


def failure(error: FgdError, timestamp: str, correlation_id: str) -> Payload:
    """A run that could not go on, as the contracts' error object."""
    return {
        "error": {
            "code": error.code.id,
            "message": error.message,
            "details": error.details,
            "timestamp": timestamp,
            "correlation_id": correlation_id,
        }
    }


def diagnostic(fabric: FabricReport, item: Diagnostic) -> Payload:
    """One finding. `document` counts from 0; line and column from 1; all three null where unknown."""
    return {
        "code": item.code.id,
        "severity": item.severity.value,
        "message": item.message,
        **_place(fabric, item.location),
        "rule": item.rule,
        "remedy": item.remedy,
        "related": [_related(fabric, other) for other in item.related],
    }


def check(fabric: FabricReport, structure: Structure) -> Payload:
    """What `check` prints for one fabric; `plan` is null where planning failed."""
    return {
        "valid": not any(item["severity"] == "error" for item in _issues(fabric)),
        "issues": _issues(fabric),
        "structure": _structure(structure),
        "plan": plan(fabric) if fabric.plan else None,
    }


def plan(fabric: FabricReport) -> Payload:
    """What `plan` prints for one fabric."""
    made = fabric.plan
    inventory = made.inventory if made else ()
    return {
        "fabric": fabric.fabric,
        "path": fabric.path,
        "base": str(made.base) if made else "",
        "digest": made.digest if made else "",
        "applied": fabric.applied,
        "summary": _summary(made),
        "changes": [_change(fabric, item) for item in (made.changes if made else ())],
        "resources": [_resource(fabric, item) for item in inventory],
        "sources": [_source(fabric, item) for item in (made.sources if made else ())],
        "diagnostics": _issues(fabric),
    }


def sync(fabric: FabricReport, *, progress: Progress | None = None, trigger: str = "") -> Payload:
    """What `sync` and `status` print for one fabric. Without `progress` the sync has ended as the report says."""
    now = progress or _ended(fabric)
    issues = _issues(fabric)
    return {
        "sync_id": fabric.sync_id,
        "fabric": fabric.fabric,
        "state": now.state,
        "progress": progress_of(now),
        "started_at": fabric.started_at or None,
        "updated_at": fabric.completed_at or fabric.started_at or None,
        "completed_at": fabric.completed_at or None,
        "trigger": trigger,
        "commit": fabric.commit or None,
        "errors": [item for item in issues if item["severity"] == Severity.ERROR],
        "warnings": [item for item in issues if item["severity"] == Severity.WARNING],
        "notices": [item for item in issues if item["severity"] == Severity.NOTICE],
        "notes": list(fabric.notes),
    }


def progress_of(now: Progress) -> Payload:
    """How far a sync is."""
    return {
        "current_stage": now.current_stage,
        "stages_completed": list(now.stages_completed),
        "stages_pending": list(now.stages_pending),
        "files_processed": now.files_processed,
        "total_files": now.total_files,
        "percent_complete": now.percent_complete,
    }


def init(
    *, success: bool, initialized: bool, directories_created: Iterable[str], files_created: Iterable[str]
) -> Payload:
    """What `init` prints. `initialized`: the directory is a fabric now; the rest is what this run created."""
    return {
        "success": success,
        "initialized": initialized,
        "directories_created": list(directories_created),
        "files_created": list(files_created),
    }


def repair(repairs: Iterable[Repair], remaining: Iterable[str]) -> Payload:
    """What `repair` prints: it succeeds if no issue remains."""
    left = list(remaining)
    from dataclasses import asdict  # not for single findings

    return {"success": not left, "repairs_made": [asdict(item) for item in repairs], "remaining_issues": left}


def files(entries: Sequence[FileEntry]) -> Payload:
    """What `files` prints."""
    valid = sum(1 for item in entries if item.valid)
    return {
        "files": [_file(item) for item in entries],
        "summary": {
            "total_files": len(entries),
            "valid_files": valid,
            "invalid_files": len(entries) - valid,
            "total_resources": sum(len(item.resources) for item in entries),
        },
    }


def process(fabric: FabricReport, path: str) -> Payload:
    """What `process` prints for the source file `path` (relative to the fabric)."""
    sources = fabric.plan.sources if fabric.plan else ()
    found = next((item for item in sources if item.path == path), None) or SourceOutcome(path, Fate.HELD, 0, 0)
    here = [item for item in fabric.diagnostics if item.location.path == path]
    return {
        "success": not fabric.failure and not any(item.is_error for item in here),
        "file_path": fabric.display(path),
        "documents_found": found.documents,
        "documents_processed": found.valid,
        "files_created": [fabric.display(target) for target in found.targets],
        "archived_to": fabric.display(found.moved_to) if found.moved_to else None,
        "issues": [diagnostic(fabric, item) for item in sorted(here, key=sort_key)],
    }


def _issues(fabric: FabricReport) -> list[Payload]:
    """The failure of the fabric, if any, then its findings in their order."""
    found = [diagnostic(fabric, item) for item in sorted(fabric.diagnostics, key=sort_key)]
    if fabric.failure is None:
        return found
    error = fabric.failure
    whole = {"file": fabric.path, "line": None, "column": None, "document": None}
    return [
        {
            "code": error.code.id,
            "severity": Severity.ERROR.value,
            "message": error.message,
            **whole,
            "rule": "",
            "remedy": error.remedy,
            "related": [],
        },
        *found,
    ]


def _place(fabric: FabricReport, location: Location) -> Payload:
    position = location.position
    return {
        "file": fabric.display(location.path),
        "line": position.line if position else None,
        "column": position.column if position else None,
        "document": location.document,
    }


def _related(fabric: FabricReport, other: Related) -> Payload:
    return {"message": other.message, **_place(fabric, other.location)}


def _structure(of: Structure) -> Payload:
    return {
        "raw": {"exists": of.raw_exists, "file_count": of.raw_files, "pending_files": list(of.raw_pending)},
        "managed": {
            "exists": of.managed_exists,
            "file_count": of.managed_files,
            "subdirectories": list(of.managed_folders),
        },
        "metadata": {"exists": of.metadata_exists, "manifest_valid": of.manifest_valid},
    }


def _summary(made: Plan | None) -> Payload:
    counts = {action.value: made.count(action) if made else 0 for action in Action}
    return {"resources": sum(counts.values()), **counts}


def _change(fabric: FabricReport, change: Change) -> Payload:
    match change:
        case Write(path=path, data=data, before=before):
            return {
                "action": "write",
                "path": fabric.display(path),
                "created": before is None,
                "size": len(data),
                "sha256": sha256(data).hexdigest(),
            }
        case Move(source=source, target=target):
            return {"action": "move", "path": fabric.display(source), "target": fabric.display(target)}
        case Delete(path=path):
            return {"action": "delete", "path": fabric.display(path)}


def _resource(fabric: FabricReport, item: ResourceChange) -> Payload:
    return {
        **item.ref._asdict(),
        "action": item.action.value,
        "path": fabric.display(item.path),
        "sources": [fabric.display(path) for path in item.sources],
    }


FATES = {
    Fate.ARCHIVED: "archived",
    Fate.PARTLY: "partly",
    Fate.SET_ASIDE: "unmanaged",
    Fate.HELD: "held",
    Fate.IGNORED: "ignored",
}
"""What becomes of a source file, in the words that machines are told."""


def _source(fabric: FabricReport, item: SourceOutcome) -> Payload:
    return {
        "path": fabric.display(item.path),
        "fate": FATES[item.fate],
        "documents": item.documents,
        "valid": item.valid,
        "sha256": item.sha256,
        "targets": [fabric.display(path) for path in item.targets],
        "moved_to": fabric.display(item.moved_to) if item.moved_to else None,
    }


def _ended(fabric: FabricReport) -> Progress:
    sources = fabric.plan.sources if fabric.plan else ()
    if fabric.failure:
        return Progress("failed", str(fabric.failure.details.get("stage", "")), (), 0, len(sources))
    return Progress("completed", "completed", STAGES, len(sources), len(sources))


def _file(entry: FileEntry) -> Payload:
    content = {} if entry.content is None else {"content": entry.content}
    return {
        "path": entry.path,
        "directory": entry.directory,
        "size": entry.size,
        "valid": entry.valid,
        "resource_count": len(entry.resources),
        "resources": [{"kind": ref.kind, "name": ref.name} for ref in entry.resources],
        **content,
    }
