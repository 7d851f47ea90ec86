"""`fgd sync`: plan and make the plan, in the files at hand or on a branch of a remote repository."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fgd_sync.cli.common import emit_report, make_world
from fgd_sync.cli.listeners import Listeners
from fgd_sync.cli.options import base_option, given_start, no_cache_option, progress_option, shared_options
from fgd_sync.cli.output import render
from fgd_sync.cli.plain_words import Asked
from fgd_sync.cli.syncing import reported, sync_here
from fgd_sync.flow.run import Request, World
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature
from fgd_sync.model.report import FabricReport
from fgd_sync.model.value import dataclass, replace

if TYPE_CHECKING:
    from fgd_sync.cli.publishing import Publication
    from fgd_sync.ports import GitStore, Memory


def _author(context: click.Context, option: click.Parameter, text: str) -> Signature | None:
    try:
        return Signature.of(text) if text else None
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from None


_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Plan only, as `fgd plan`."),
    click.option("--events", type=click.Path(path_type=Path), metavar="FILE", help="Append all events, as JSON lines."),
    progress_option,
    click.option("--publish", is_flag=True, help="Work on a branch of the remote: commit and push there."),
    click.option("--remote", default="origin", show_default=True, help="With --publish: name or URL of the remote."),
    click.option("--branch", default="", help="With --publish: the branch; default: the one that is checked out."),
    click.option("--message", default="", help="With --publish: first line of commits, with {fabric} and {changes}."),
    click.option("--author", default="", callback=_author, help="With --publish: author of commits, `Name <address>`."),
)


def _options(command: Any) -> Any:
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


@click.command("sync", short_help="Take in raw/ and bring managed/ to canonical form.")
@shared_options
@base_option
@no_cache_option
@_options
def command(
    paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None, base: str, **wishes: Any
) -> int:
    """Take in what lies in raw/ of the fabrics at PATH, bring managed/ to canonical form, and report.

    What is right is written even when something else is wrong; then the exit status is 1. It is 0 when all is well,
    2 for wrong usage or settings, 3 when the plan was refused, 4 when files cannot be read or written, 5 when another
    run is at work, 6 when a remote fails.

    With --publish the fabrics are read from the tip of the branch and committed to it: one commit for each fabric, in
    one push. What lies here uncommitted is left alone. The token is taken from GITHUB_TOKEN; without it git uses the
    credentials that it is set up with.
    """
    wanted = {name: wishes[name] for name in ("no_cache", "dry_run", "events", "progress")}
    asked = Asked(given_start(), paths, config, output, color, base, **wanted)
    if not wishes["publish"]:
        return sync_here(asked)
    world = make_world(config)
    report = reported(world, asked, lambda request, told: _publish(world, request, _Task(paths, wishes, told)))
    return emit_report(report, render(report, output, color))


@dataclass(frozen=True, slots=True)
class _Task:
    """What the user asked for, and who is told of it."""

    paths: tuple[Path, ...]
    wishes: Mapping[str, Any]
    told: Listeners


def _publish(world: World, request: Request, task: _Task) -> tuple[FabricReport, ...]:
    from fgd_sync.cli.publishing import Audience, authorship_of, publish
    from fgd_sync.cli.receivers import receivers

    wishes, told = task.wishes, task.told
    publication = publication_of(world, task.paths, wishes["remote"], wishes["branch"])
    authorship = authorship_of(wishes["message"], wishes["author"])
    publication = replace(publication, authorship=authorship, memory=_memory(world, publication, wishes))
    told_after = receivers(world, publication.context, os.environ.get("NETBOX_TOKEN", ""))
    audience = Audience(told.sinks, told.redis, told_after)
    return publish(world, publication, request, audience, dry_run=wishes["dry_run"])


def _memory(
    world: World, publication: "Publication", wishes: Mapping[str, Any]
) -> "Callable[[GitStore], Memory | None]":
    """What earlier runs found in the fabrics of the branch; in refs too, if others have the key of this one."""
    from fgd_sync.adapters.cache_place import KEY_VARIABLE
    from fgd_sync.adapters.commit_memory import CommitMemory
    from fgd_sync.adapters.ref_memory import RefMemory
    from fgd_sync.cli.memory import cache_for

    cache, root = cache_for(given_start(), no_cache=wishes["no_cache"]), publication.workspace

    def memory(git: "GitStore") -> "Memory | None":
        if cache is None or root is None:
            return None
        is_shared = bool(os.environ.get(KEY_VARIABLE))
        refs = RefMemory(lambda: nullcontext(git), world.settings.sync.state_refs, keeps=True) if is_shared else None
        return CommitMemory(replace(cache, refs=refs), root, world.settings.ingestion)

    return memory


def publication_of(world: World, paths: Sequence[Path], remote: str, branch: str) -> "Publication":
    """Where a run that is started in a clone publishes; `branch` empty: what is checked out. Raises FgdError."""
    from fgd_sync.adapters.remotes import remote_url, token_for
    from fgd_sync.cli.publishing import Publication

    root = world.repository.root(Path.cwd())
    if root is None:
        raise FgdError(CONFIGURATION_INVALID, "--publish works in a clone of the repository, and this is none")
    url = remote_url(root, remote)
    places = [_in_repository(path, root) for path in paths]
    return Publication(url, branch or _checked_out(root), token_for(url, os.environ), root, places)


def _checked_out(root: Path) -> str:
    from fgd_sync.adapters.work_tree import work_tree

    branch = work_tree(root).branch.removeprefix("refs/heads/")
    if not branch:
        words = f"no branch is checked out in {root}: HEAD is detached"
        raise FgdError(CONFIGURATION_INVALID, words, remedy="Name the branch with `--branch`.")
    return branch


def _in_repository(path: Path, root: Path) -> str:
    """A path as it is from the root of the repository. Raises FgdError for one outside of it."""
    place = path.resolve()
    if not place.is_relative_to(root):
        raise FgdError(CONFIGURATION_INVALID, f"{path} does not lie in the repository {root}")
    return place.relative_to(root).as_posix()
