"""What each health check looks at: the ports of a run, asked for what a run will ask of them.

Nothing is written, except where `state_store` is told to try. Each gives a finding or raises the port's FgdError.
"""

import re
from typing import Protocol

from fgd_sync.flow.health import with_warning
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.netbox.journal import PATH as JOURNAL
from fgd_sync.flow.netbox.plugin import FABRICS
from fgd_sync.flow.run import Request, World, options_for
from fgd_sync.flow.state_refs import SIGNATURE, StateRefs
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import (
    BRANCH_PROTECTED,
    DIRECTORY_NOT_FOUND,
    GITHUB_REFUSED,
    NETBOX_PLUGIN_MISSING,
    SYNC_FAILED,
)
from fgd_sync.model.config import GitHubSettings, NetBoxSettings, Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.github import RateLimit, RepositoryFacts
from fgd_sync.model.health import Finding, Status
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import replace
from fgd_sync.planning.netbox_objects import endpoint
from fgd_sync.planning.structure import inspect, is_initialized
from fgd_sync.planning.survey import structure_of
from fgd_sync.ports import Clock, GitStore
from fgd_sync.render.tally import number

OLDEST_GIT = (2, 31)
"""The first git that takes its configuration from GIT_CONFIG_COUNT."""

_MOST_NAMED = 3
_PLUGINS = ("netbox_hedgehog", "netbox-hedgehog", "hedgehog")


class Knowing(Protocol):
    """As much of the port `GitHub` as is asked for here."""

    def facts(self) -> RepositoryFacts:
        """What the token can learn of the repository."""

    def is_protected(self, branch: str) -> bool:
        """Whether rules protect a branch."""

    def rate_limit(self) -> RateLimit | None:
        """What is left of the token's requests."""


class Telling(Protocol):
    """As much of the port `NetBox` as is asked for here."""

    def status(self) -> JsonObject:
        """What NetBox says of itself."""

    def allowed(self, path: str) -> frozenset[str]:
        """What the token may do with objects of this path."""


def skipped(why: str) -> Finding:
    """There is nothing to check."""
    return Finding(Status.SKIPPED, why)


def git_version(said: str) -> Finding:
    """Whether git is new enough, by what `git --version` says."""
    found = re.search(r"(\d+)\.(\d+)[.\d]*", said)
    oldest = ".".join(map(str, OLDEST_GIT))
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GIT:
        return Finding(Status.FAILED, f"{said.strip()!r} is too old", f"Install git {oldest} or newer.", SYNC_FAILED)
    return Finding(Status.OK, f"git {found[0]}")


def repository(git: GitStore) -> Finding:
    """Whether the repository can be reached and read."""
    branches = git.refs("refs/heads/")
    if not branches:
        return Finding(Status.WARNING, f"{git.name} has no branch", "Push a first commit to it.")
    return Finding(Status.OK, f"{git.name} answers; {_count(len(branches), 'branch', 'branches')}")


def state_store(git: GitStore, ledger: Ledger, settings: Settings, clock: Clock, *, write: bool) -> Finding:
    """Whether history and locks can be read; with `write`, whether they can be written: a ref is made and deleted."""
    books = ledger.all_books()
    waiting = sum(sum(book.depth().values()) for book in books)
    dead = sum(len(book.dead()) for book in books)
    access = "can be written" if write else "readable; `--write` tries whether it can be written"
    if write:
        _try_to_write(git, StateRefs(settings.sync.state_refs), clock)
    history = _count(len(books), "fabric", "fabrics")
    finding = Finding(Status.OK, f"{settings.sync.state_refs} in {git.name}: {access}; history of {history}")
    if waiting:
        words = f"{number(waiting, 'report')} waiting to be delivered"
        finding = with_warning(finding, words, "The next sync tries again; `fgd status` says to whom and since when.")
    if dead:
        words = f"{number(dead, 'report')} given up"
        finding = with_warning(finding, words, "`fgd events show --undelivered` lists them with the reason.")
    return finding


def _try_to_write(git: GitStore, refs: StateRefs, clock: Clock) -> None:
    ref = f"{refs.all}health/probe"
    new = git.commit(NewCommit("fgd: health check\n", SIGNATURE, SIGNATURE, clock.now(), {"probe": b""}))
    old = git.refs(ref).get(ref, "")
    git.update([RefMove(ref, old, new)])
    git.update([RefMove(ref, new, "")])


def github(client: Knowing, settings: GitHubSettings) -> Finding:
    """Whether GitHub takes the token, what it may do, and how many requests are left."""
    buffer = settings.rate_limit_buffer
    facts = client.facts()
    if facts.is_archived:
        return Finding(Status.FAILED, "the repository is archived", "Unarchive it, or stop syncing it.", GITHUB_REFUSED)
    finding = Finding(Status.OK, f"the token is valid; default branch {facts.default_branch}")
    if facts.can_push:
        finding = replace(finding, detail=f"{finding.detail}; it may push")
    elif facts.can_push is False:
        remedy = "Grant the workflow `permissions: contents: write`."
        finding = with_warning(finding, "it may not push", remedy)
    if settings.commit_mode != "pull-request" and client.is_protected(facts.default_branch):
        finding = with_warning(finding, "the branch is protected, a commit may be refused", BRANCH_PROTECTED.remedy)
    rate = client.rate_limit()
    if rate is None:
        return finding
    if rate.remaining <= buffer:
        remedy = f"Wait until {rate.reset}, or lower `github.rate_limit_buffer` ({buffer})."
        return with_warning(finding, f"{rate.remaining} of {rate.limit} requests left until {rate.reset}", remedy)
    return replace(finding, detail=f"{finding.detail}; {rate.remaining} of {rate.limit} requests left")


def netbox(client: Telling, settings: NetBoxSettings) -> Finding:
    """Whether NetBox answers, and the token may do what reports need."""
    said = client.status()
    plugins = said.get("plugins") or {}
    plugin = next((str(plugins[name]) for name in _PLUGINS if name in plugins), "")
    version = f"NetBox {said.get('netbox-version', 'of an unknown version')}"
    finding = Finding(Status.OK, f"{version}, {f'Hedgehog plugin {plugin}' if plugin else 'no Hedgehog plugin'}")
    if settings.target == "plugin" and not plugin:
        raise FgdError(NETBOX_PLUGIN_MISSING, f"{version} has no Hedgehog plugin")
    home = FABRICS if plugin and settings.target != "core" else endpoint(settings.object.type)
    needs = {JOURNAL: frozenset({"view", "add"}), home: frozenset({"view", "change"})}
    lacking = [f"{action} {path}" for path, need in needs.items() for action in sorted(need - client.allowed(path))]
    if lacking:
        words = f"the token may not {', '.join(lacking)}"
        return with_warning(finding, words, "Give the token's user these permissions in NetBox.")
    return finding


def fabric(world: World, target: Target) -> Finding:
    """Whether a fabric directory has all its parts."""
    tree = world.source.read(target)
    if not is_initialized(tree):
        ready = world.settings.directory.auto_initialize
        status = Status.WARNING if ready else Status.FAILED
        return Finding(
            status, "it is not set up as a fabric directory", f"Run `fgd init {target.display}`.", DIRECTORY_NOT_FOUND
        )
    options = options_for(world, target, tree, Request(base=""))
    there, issues = structure_of(tree, options), inspect(tree, options)
    files = f"{number(len(there.raw_pending), 'file')} to take in, {there.managed_files} managed"
    finding = Finding(Status.OK, files)
    if not issues:
        return finding
    named = ", ".join(issue.message for issue in issues[:_MOST_NAMED])
    more = f" and {len(issues) - _MOST_NAMED} more" if len(issues) > _MOST_NAMED else ""
    return with_warning(finding, f"{named}{more}", f"Run `fgd repair {target.display}`, or any sync.")


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
