"""Fabrics to be planned from, as files on a disk, compared with a revision of the repository around them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fgd_sync.flow.targets import Target
from fgd_sync.model.config import Settings
from fgd_sync.model.tree import Tree

if TYPE_CHECKING:  # A check needs few of the ports, and nothing of what the others are about.
    from fgd_sync.ports import Repository, Workspace


class DiskSource:
    """The source of a command at a desk."""

    def __init__(self, workspace: "Workspace", repository: "Repository", settings: Settings) -> None:
        self._workspace, self._repository, self._settings = workspace, repository, settings

    def read(self, target: Target) -> Tree:
        """The files of a fabric directory. Raises FgdError."""
        return self._workspace.read(target.directory, self._settings.ingestion)

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        """What the revision held of the files that differ on disk. Raises FgdError."""
        endings = self._settings.ingestion.supported_extensions
        return self._repository.earlier(target.directory, revision, tree.files, folder=folder, endings=endings)

    def is_whole_repository(self, target: Target) -> bool:
        """Whether the fabric directory is the root of its repository."""
        return self._repository.root(target.directory) == target.directory.resolve()
