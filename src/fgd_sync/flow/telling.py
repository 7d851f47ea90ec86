"""What the engine tells of a fabric at each stage: events for who listens, and the facts of its record."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fgd_sync.flow.ground import Run
from fgd_sync.model.event import EventType
from fgd_sync.model.plan import Action, Fate, Plan, SourceOutcome
from fgd_sync.planning.structure import inspect, is_initialized
from fgd_sync.planning.survey import structure_of
from fgd_sync.render.json_report import FATES, diagnostic

if TYPE_CHECKING:  # At a desk nobody needs what the other ports are about.
    from fgd_sync.ports import Clock

_FAILED = (Fate.SET_ASIDE, Fate.HELD)


def tell_validated(run: Run) -> None:
    """The structure of the directory was looked at."""
    assert run.options, "the options are made from the files"
    issues = inspect(run.tree, run.options)
    there = structure_of(run.tree, run.options)
    run.tell(structure=there)
    stats = {"raw_files": there.raw_files, "managed_files": there.managed_files}
    names = [issue.name for issue in issues]
    run.course.emit(
        EventType.DIRECTORY_VALIDATED,
        valid=not issues,
        issues=[issue.message for issue in issues],
        repairs_needed=names,
        directory_stats={**stats, "subdirectories": len(there.managed_folders)},
    )


def tell_discovered(run: Run) -> None:
    """The files were found."""
    there = run.report.structure
    pending = len(there.raw_pending)
    run.course.note(total_files=pending)
    run.course.emit(
        EventType.FILES_DISCOVERED, sync_id=run.sync_id, pending_files=pending, managed_files=there.managed_files
    )


class Timer:
    """Sees the files go by while they are read, and how long each takes."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self.seconds: dict[str, float] = {}

    def __call__(self, paths: Sequence[str]) -> Iterator[str]:
        """The paths, one by one."""
        return self._timed(paths)

    def _timed(self, paths: Iterable[str]) -> Iterator[str]:
        for path in paths:
            start = self._clock.monotonic()
            yield path
            self.seconds[path] = self._clock.monotonic() - start


_OFTEN = 0.05
"""So many seconds lie at least between two looks at how far it is."""


class Watch(Timer):
    """A timer that tells how far it is."""

    def __init__(self, run: Run, clock: "Clock", track: Callable[[Sequence[str]], Iterable[str]]) -> None:
        super().__init__(clock)
        self._run, self._track = run, track

    def __call__(self, paths: Sequence[str]) -> Iterator[str]:
        """The paths, one by one."""
        return self._timed(self._shown(paths))

    def _shown(self, paths: Sequence[str]) -> Iterator[str]:
        told = float("-inf")
        for number, path in enumerate(self._track(paths)):
            now = self._clock.monotonic()
            if now - told >= _OFTEN:
                told = now
                self._run.course.progress(number, len(paths), self._run.report.display(path))
            yield path


def tell_planned(run: Run, plan: Plan, seconds: Mapping[str, float]) -> None:
    """The plan is made: findings are told, and source files as far as anybody takes note; the record has the counts."""
    report, most = run.report, run.course.most_files
    handled = [item for item in plan.sources if item.fate is not Fate.IGNORED]
    folder = report.display("")
    for item in handled[:most]:
        kind = EventType.FILE_FAILED if item.fate in _FAILED else EventType.FILE_PROCESSED
        run.course.emit(kind, sync_id=run.sync_id, **_file(folder, item, seconds.get(item.path, 0.0)))
    run.course.found([diagnostic(report, item) for item in plan.diagnostics])
    created = sum(len(item.targets) for item in handled)
    left_out = run.course.operation.events_left_out + len(handled[most:])
    run.course.note(
        files_processed=len(handled),
        total_files=len(plan.sources),
        files_created=created,
        events_left_out=left_out,
    )


def _file(folder: str, item: SourceOutcome, seconds: float) -> dict[str, Any]:
    return {
        "file_path": folder + item.path,
        "status": FATES[item.fate],
        "documents_extracted": item.valid,
        "target_files": [folder + path for path in item.targets],
        "processing_time": round(seconds, 6),
    }


def tell_published(run: Run) -> None:
    """The changes were made: the directory may be new or mended by that, and there may be a commit."""
    plan = run.report.plan
    if plan is None or not run.report.applied:
        return
    if run.changes and not is_initialized(run.tree):
        run.course.emit(EventType.FABRIC_CREATED, sync_id=run.sync_id, path=run.report.path)
        run.course.emit(EventType.DIRECTORY_INITIALIZED, sync_id=run.sync_id, path=run.report.path)
    elif run.changes:
        _tell_repaired(run)
    if run.report.commit:
        counts = {action.value: plan.count(action) for action in Action}
        run.course.note(commit=run.report.commit)
        run.course.emit(EventType.COMMIT_PUBLISHED, sync_id=run.sync_id, commit=run.report.commit, **counts)


def _tell_repaired(run: Run) -> None:
    """What was wrong with the structure was mended along with the changes, where the settings allow it."""
    assert run.options, "the options are made from the files"
    issues = inspect(run.tree, run.options) if run.options.directory.auto_repair else []
    if issues:
        display = run.report.display
        made = [{"issue": item.name, "action": item.action, "path": display(item.path)} for item in issues]
        run.course.emit(EventType.DIRECTORY_REPAIRED, sync_id=run.sync_id, repairs_made=made, remaining_issues=[])
