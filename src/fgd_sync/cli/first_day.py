"""The checks of `fgd doctor` besides those of `fgd health`: workflows, the clone, and what git ignores."""

from collections.abc import Iterator
from pathlib import Path

from fgd_sync.adapters.checkout import ignored, is_shallow
from fgd_sync.cli.common import targets_of
from fgd_sync.cli.neighbours import Examination
from fgd_sync.flow.health import Check
from fgd_sync.flow.workflow_advice import advise, uses_action
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Status
from fgd_sync.planning.place import ARCHIVE_LOG, MANAGED, MANIFEST, RAW

_FOLDERS = (".github/workflows", ".forgejo/workflows", ".gitea/workflows")
_PROBES = (f"{RAW}/x.yaml", f"{MANAGED}/vpcs/x.yaml", MANIFEST, ARCHIVE_LOG)


def first_day(of: Examination) -> list[Check]:
    """What is wrong, or well, with the surroundings of the fabrics."""
    root = of.world.repository.root(Path.cwd())
    if root is None:
        words = "this directory is in no git repository: there is nothing that a workflow could run on"
        return [_said("clone", Finding(Status.WARNING, words, "Run `git init`, and push it to a server."))]
    clone, git = Check("clone", lambda: _clone(root)), Check("ignored files", lambda: _ignored(of, root))
    return [*_workflows(of, root), clone, git]


def _said(name: str, finding: Finding) -> Check:
    return Check(name, lambda: finding)


def _workflows(of: Examination, root: Path) -> Iterator[Check]:
    files = sorted(path for folder in _FOLDERS for path in (root / folder).glob("*.y*ml") if path.is_file())
    texts = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    ours = {name: data for name, data in texts.items() if uses_action(data)}
    if not ours:
        remedy = "`fgd init --interactive` writes one; docs/workflows.md has one for each way of working."
        yield _said("workflows", Finding(Status.WARNING, "no workflow uses fgd-sync", remedy))
    for name, data in ours.items():
        found = advise(data, timeout_seconds=of.world.settings.sync.timeout_seconds)
        for item in found:
            yield _said(f"{name}:{item.place}", item.finding)
        if not found:
            yield _said(name, Finding(Status.OK, "permissions, checkout, events and limits are in order"))


def _clone(root: Path) -> Finding:
    """Whether the clone has the history that checks compare with."""
    if is_shallow(root):
        words = "the clone is shallow: changes and deletions can only be judged against commits that are there"
        return Finding(
            Status.WARNING, words, "Run `git fetch --unshallow`; in a workflow the action fetches what it needs."
        )
    return Finding(Status.OK, "it has its whole history")


def _ignored(of: Examination, root: Path) -> Finding:
    """Whether git ignores what fgd-sync reads or writes."""
    try:
        folders = [target.directory.resolve() for target in targets_of(of.world, of.paths)]
    except FgdError as failure:
        return Finding(Status.SKIPPED, failure.message)
    paths = [(folder / probe).relative_to(root.resolve()).as_posix() for folder in folders for probe in _PROBES]
    hits = ignored(root, paths)
    if not hits:
        return Finding(Status.OK, "git ignores nothing of the fabrics")
    remedy = "Change the line in that file; `git check-ignore -v FILE` shows it."
    words = f"git ignores files of the fabrics, so that they are never committed: {', '.join(hits[:3])}"
    return Finding(Status.FAILED, words, remedy, CONFIGURATION_INVALID)
