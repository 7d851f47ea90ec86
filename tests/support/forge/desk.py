"""What GitHub keeps beside the git objects of a repository: check runs, statuses, comments, labels and pull requests."""

import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from forge.repository import Repository

Json = dict[str, Any]


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Pull:
    """A pull request; `source` is where its head branch lives, which for one from a fork is another repository."""

    number: int
    title: str
    body: str | None
    head: str
    base: str
    source: Repository
    login: str
    state: str = "open"
    draft: bool = False
    merged: bool = False
    created: str = field(default_factory=now)
    updated: str = field(default_factory=now)
    labels: list[str] = field(default_factory=list)

    _last: str = ""

    @property
    def head_sha(self) -> str:
        """The commit at its head; the last one that it had once it is closed, or its branch is gone."""
        if self.state == "open" or not self._last:
            self._last = self.source.resolve(f"refs/heads/{self.head}") or self._last
        return self._last

    @property
    def label(self) -> str:
        return f"{self.source.name.split('/')[0]}:{self.head}"


@dataclass
class Desk:
    """The state of one repository beside git. `may_open_pulls`: the setting that lets workflows open pull requests."""

    repository: Repository
    checks: dict[int, Json] = field(default_factory=dict)
    annotations: dict[int, list[Json]] = field(default_factory=dict)
    history: dict[int, list[Json]] = field(default_factory=dict)
    statuses: list[Json] = field(default_factory=list)
    comments: dict[int, Json] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    labels: dict[str, Json] = field(default_factory=dict)
    dispatches: list[Json] = field(default_factory=list)
    may_open_pulls: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(9001))
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_id(self) -> int:
        return next(self._ids)

    def open_pull(
        self,
        head: str,
        base: str = "main",
        *,
        title: str = "A change",
        source: Repository | None = None,
        login: str = "ann",
        body: str | None = None,
    ) -> Pull:
        """A pull request, with the refs that GitHub keeps for it: its head, and its merge with the base."""
        with self.lock:
            pull = Pull(next(self._numbers), title, body, head, base, source or self.repository, login)
            self.pulls[pull.number] = pull
            self.refresh(pull)
            return pull

    def refresh(self, pull: Pull) -> str:
        """Bring `refs/pull/N/head` and `refs/pull/N/merge` up to date; the merge commit, as a workflow checks it out."""
        repository, head, base = self.repository, pull.head_sha, self.repository.tip(pull.base)
        if pull.source is not repository:
            repository.git("fetch", "-q", str(pull.source.path), head)
        merge = repository.attempt("merge-tree", "--write-tree", base, head)
        repository.move(f"refs/pull/{pull.number}/head", head)
        if merge.returncode:
            return head
        tree = merge.stdout.decode().split("\n", 1)[0]
        made = repository.make_commit(tree, f"Merge {head} into {base}", [base, head])
        repository.move(f"refs/pull/{pull.number}/merge", made)
        return made

    def comments_of(self, number: int) -> list[Json]:
        return [comment for comment in self.comments.values() if comment["issue_url"].endswith(f"/issues/{number}")]

    def open_pulls(self) -> list[Pull]:
        return [pull for pull in self.pulls.values() if pull.state == "open"]
