"""Files of a tree of which is remembered what planning found in them: how `Resting` comes back."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fgd_sync.model.tree import Tree
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import META

if TYPE_CHECKING:
    from fgd_sync.planning.resting import Resting


class Recalled(Mapping[str, bytes]):
    """The files of a tree, each read when it is asked for, and what is remembered of them.

    `resting`: what was found before; None: nothing can be built upon. Since then the files `changed`, the `new` ones
    among them, and those `gone` went. `is_worn`: so much had to be looked at again that it should be kept anew.
    """

    resting: "Resting | None"
    changed: Sequence[str]
    new: Sequence[str]
    gone: Sequence[str]
    is_worn: bool

    @property
    @abstractmethod
    def digest(self) -> str:
        """The SHA-256 of `lines_of` all files, in hex."""

    @abstractmethod
    def blob_id(self, path: str) -> str:
        """The id that git gives to the content of a file, as far as it uses SHA-1."""

    @abstractmethod
    def keep(self, resting: "Resting") -> None:
        """Remember this for the next time. Raises LostError."""

    @abstractmethod
    def whole(self) -> Tree:
        """The tree with all files read anew, to be planned without what is remembered."""

    @property
    def are_ours_the_same(self) -> bool:
        """Whether something is remembered, and none of our own files changed since."""
        return self.resting is not None and not any(path.startswith(_OURS) for path in (*self.changed, *self.gone))


_OURS = f"{META}/"


def lines_of(ids: Mapping[str, str]) -> bytes:
    """Files by path with the SHA-256 of each, in hex, as one text."""
    return "".join(f"{path}\0{ids[path]}\n" for path in sorted(ids)).encode("utf-8", "surrogateescape")


def same_paths(tree: Tree, options: Options) -> "Resting | None":
    """What is remembered, if only what users wrote into files that were there before changed since; else None."""
    files = tree.files
    if not isinstance(files, Recalled) or not files.are_ours_the_same or files.new or files.gone:
        return None
    return files.resting if files.resting and files.resting.options == options.digest else None
