"""The git repository around a fabric directory: where it is, which needs no git, and what a revision held."""

from collections.abc import Mapping
from pathlib import Path

from fgd_sync.adapters.os_errors import in_words


class GitRepository:
    """The port `Repository` on the git command.

    `lent`: a directory of objects of another repository, for revisions that a shallow clone does not have.
    `looked_at`: the paths of which it counted whether anything is there.
    """

    def __init__(self, lent: Path | None = None) -> None:
        self._lent = lent
        self.looked_at: list[Path] = []

    def root(self, path: Path) -> Path | None:
        """The root of the work tree around `path`; None outside of a repository."""
        return work_tree_root(path)

    def earlier(
        self, directory: Path, revision: str, files: Mapping[str, bytes], *, folder: str, endings: tuple[str, ...]
    ) -> dict[str, bytes]:
        """The files of a revision that are different in `files`, or no longer there. Raises FgdError."""
        from fgd_sync.adapters.earlier import earlier  # what runs git is not needed where nothing is compared

        seen = self.looked_at
        return earlier(directory, revision, files, folder=folder, endings=endings, lent=self._lent, looked_at=seen)


def work_tree_root(path: Path) -> Path | None:
    """The root of the work tree around `path`, links resolved; None outside of a repository. Needs no git.

    Raises FgdError where it cannot be looked for.
    """
    place = path.resolve()
    return next((folder for folder in (place, *place.parents) if _has_repository(folder)), None)


def _has_repository(folder: Path) -> bool:
    """Whether `.git` is a repository, or the file that stands for one in a linked work tree and in a submodule."""
    git = folder / ".git"
    with in_words("look for a git repository at", git):
        return git.is_file() or (git / "HEAD").exists()
