"""The world that commands run in, and how they end."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fgd_sync.cli.say import say

if TYPE_CHECKING:  # Commands that plan nothing need not wait for all that plans.
    from fgd_sync.adapters.shelf import Cache
    from fgd_sync.flow.run import World
    from fgd_sync.flow.targets import Target
    from fgd_sync.model.report import FabricReport, Report

FORMATS = ("text", "json", "sarif", "junit", "markdown", "github")


def make_world(
    config: Path | None,
    overrides: dict[str, Any] | None = None,
    pass_over: Callable[[str], object] | None = None,
    cache: "Cache | None" = None,
) -> "World":
    """The real neighbours, with the settings in force. Raises FgdError for settings that are not valid.

    `pass_over`: see `load_settings`. `cache`: where is remembered what was found in fabric directories.
    """
    from fgd_sync.adapters.clock import SystemClock, new_id
    from fgd_sync.adapters.configuration import load_settings
    from fgd_sync.adapters.git import GitRepository
    from fgd_sync.adapters.packaged import load
    from fgd_sync.adapters.processes import Processes
    from fgd_sync.adapters.workspace import LocalWorkspace
    from fgd_sync.flow.disk_source import DiskSource
    from fgd_sync.flow.run import World
    from fgd_sync.schema.catalogue import Catalogue

    settings = load_settings(Path.cwd(), config, overrides or {}, os.environ, pass_over=pass_over)
    _refuse_unknown_rules(settings.ingestion.rules)
    spread = Processes(settings.ingestion.worker_pool_size, settings.ingestion.batch_size)
    workspace, repository, clock = LocalWorkspace(cache, spread), GitRepository(), SystemClock()
    source = DiskSource(workspace, repository, settings)
    return World(settings, source, workspace, repository, clock, Catalogue(load), new_id, track, spread)


def _refuse_unknown_rules(severities: dict[str, str]) -> None:
    """Raise FgdError for settings of rules that do not exist; rules are loaded only if there are settings."""
    if not severities:
        return
    from fgd_sync.model.code import CONFIGURATION_INVALID
    from fgd_sync.model.failure import FgdError
    from fgd_sync.rules.coverage import coverage_rows
    from fgd_sync.schema.nearest import nearest

    known = {row.id for row in coverage_rows()}
    unknown = [name for name in severities if name not in known]
    if unknown:
        near = nearest(unknown[0], known)
        raise FgdError(
            CONFIGURATION_INVALID,
            f"ingestion.rules: there is no rule {', '.join(unknown)}",
            remedy=f"Did you mean {near}?" if near else "docs/rules.md lists the rules.",
        )


def targets_of(world: "World", paths: tuple[Path, ...]) -> "list[Target]":
    """The fabrics that the user means. Raises FgdError."""
    from fgd_sync.flow.targets import find_targets

    root = world.repository.root(Path.cwd()) or Path.cwd()
    return find_targets(paths, world.settings, root)


def wants_color(choice: bool | None) -> bool:
    """Whether to write colours: as asked, else at a terminal unless NO_COLOR is set (https://no-color.org)."""
    if choice is not None:
        return choice
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def exit_status(reports: "tuple[FabricReport, ...]") -> int:
    """The highest status among failures, else 1 for errors in manifests, else 0."""
    failures = [int(item.failure.code.exit) for item in reports if item.failure]
    if failures:
        return max(failures)
    return 1 if any(item.plan and item.plan.errors for item in reports) else 0


def emit_report(report: "Report", text: str) -> int:
    """Print what a command found and give its exit status."""
    say(text)
    return exit_status(report.fabrics)


_LONG = 500
"""From so many files on it takes long enough to show how far it is."""


def track(paths: Sequence[str]) -> Iterable[str]:
    """Show how many files are read, at a terminal and for long work only."""
    if len(paths) < _LONG or not sys.stderr.isatty():
        return paths
    from rich.console import Console
    from rich.progress import track as bar

    return bar(paths, "reading", console=Console(stderr=True), transient=True)
