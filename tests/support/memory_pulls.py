"""The pull requests of a repository in memory: as much of the port `GitHub` as proposals need, and people who decide."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fgd_sync.model.github import Comment, NewPull, Pull
from memory_store import Server


@dataclass
class MemoryPulls:
    """Pull requests by number, each with its branch; the newest come last."""

    server: Server
    all: dict[int, tuple[str, Pull]] = field(default_factory=dict)

    def pulls(self, branch: str) -> Sequence[Pull]:
        found = [replace(pull, head_commit=self._tip(head)) for head, pull in self.all.values() if head == branch]
        return found[::-1]

    def open_pull(self, pull: NewPull) -> Pull:
        made = Pull(len(self.all) + 1, "", pull.title, pull.body, pull.base, self._tip(pull.head), True)
        self.all[made.number] = (pull.head, made)
        return made

    def edit_pull(self, number: int, *, title: str, body: str, is_open: bool = True) -> None:
        self._change(number, title=title, body=body, is_open=is_open)

    def label_pull(self, number: int, labels: Sequence[str]) -> None:
        """Labels are of no matter here."""

    def add_comment(self, pull: int, body: str) -> Comment:  # noqa: ARG002 - nobody reads comments here
        return Comment(1, body, "")

    @property
    def open(self) -> list[int]:
        """The numbers of those that wait for somebody."""
        return [number for number, (_, pull) in self.all.items() if pull.is_open]

    def merge(self, number: int) -> bool:
        """Somebody merges a pull request, if the branch has not moved on."""
        head, pull = self.all[number]
        base, new = f"refs/heads/{pull.base}", self._tip(head)
        if self.server.commits[new][0].parent != self.server.refs[base]:
            return False
        self.server.refs[base] = new
        self._change(number, is_open=False, is_merged=True)
        return True

    def close(self, number: int) -> None:
        """Somebody refuses a pull request."""
        self._change(number, is_open=False)

    def _tip(self, head: str) -> str:
        return self.server.refs.get(f"refs/heads/{head}", "")

    def _change(self, number: int, **fields: object) -> None:
        head, pull = self.all[number]
        self.all[number] = (head, replace(pull, **fields))  # type: ignore[arg-type]
