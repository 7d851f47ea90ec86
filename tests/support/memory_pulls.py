"""The pull requests of a repository in memory: as much of the port `GitHub` as proposals need, and people who decide."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fgd_sync.model.git import RefMove
from fgd_sync.model.github import Comment, NewPull, Pull
from memory_store import MemoryStore, Server


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
        """Somebody merges a pull request, unless the branch has since changed the same files."""
        head, pull = self.all[number]
        new, old = self.server.commits[self._tip(head)], self.server.refs[f"refs/heads/{pull.base}"]
        before, now = self.server.commits[new[0].parent][1], self.server.commits[old][1]
        if any(now.get(path) != before.get(path) for path in new[0].files):
            return False
        store = MemoryStore(self.server)
        store.fetch([old])
        merged = store.commit(replace(new[0], message=f"Merge {number}", parent=old))
        store.update([RefMove(f"refs/heads/{pull.base}", old, merged)])
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
