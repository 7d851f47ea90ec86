"""Which fabric directories a run is about: those named, those configured, or those found."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from fgd_sync.model import code
from fgd_sync.model.config import FabricSettings, Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import MANIFEST, META


@dataclass(frozen=True, slots=True)
class Target:
    """One fabric directory. `display` is its path as the user wrote it or would write it.

    `name` is "" where only the manifest or the directory's own name can tell. `settings`: those of the block
    `fabric:` that this fabric has for itself.
    """

    directory: Path
    display: str
    name: str
    netbox_id: int | None
    settings: FabricSettings | None


def find_targets(paths: Sequence[Path], settings: Settings, root: Path) -> list[Target]:
    """The fabrics of a run, sorted by path.

    `paths` are what the user named; without any, the fabrics of the configuration, relative to `root`; without these,
    every folder below the current one that has a manifest, and else the current folder itself. Raises FgdError for a
    path that is not there, not a directory, or a link out of the repository.
    """
    if paths:
        found = [target for path in paths for target in _below(path, settings, root)]
    elif settings.fabrics:
        found = [_entry_target(root / entry.path, entry.path, settings, root) for entry in settings.fabrics]
    else:
        found = _below(Path(), settings, root)
    unique = {target.directory.resolve(): target for target in found}
    return sorted(unique.values(), key=lambda item: item.display)


def _below(path: Path, settings: Settings, root: Path) -> list[Target]:
    _require_directory(path)
    folders = [path] if (path / MANIFEST).is_file() else sorted(_fabrics_in(path))
    if not folders:
        refuse_part_of_fabric(path)
        folders = [path]
    return [_entry_target(folder, folder.as_posix(), settings, root) for folder in folders]


def _refuse_link(path: Path, root: Path) -> None:
    """Raise FgdError for a folder of the repository at `root` that is, or lies behind, a link out of it."""
    top, written = root.resolve(), Path(os.path.normpath(Path.cwd() / path))
    if written.is_relative_to(top) and not path.resolve().is_relative_to(top) and (top / ".git").exists():
        raise FgdError(code.UNSAFE_PATH, f"{path} is a link that leads out of the repository")


def _require_directory(path: Path) -> None:
    if path.is_dir():
        return
    if path.exists():
        raise FgdError(
            code.DIRECTORY_NOT_FOUND,
            f"{path} is a file, not a fabric directory",
            remedy="Name the directory; for a single file use `fgd process FILE`.",
        )
    raise FgdError(code.DIRECTORY_NOT_FOUND, f"the directory {path} is not there")


def refuse_part_of_fabric(path: Path) -> None:
    """Raise FgdError for a folder of a fabric directory: it would become a fabric within the fabric."""
    for folder in path.absolute().parents:
        if (folder / MANIFEST).is_file():
            here = Path.cwd()
            name = folder.relative_to(here) if folder.is_relative_to(here) else folder
            raise FgdError(
                code.DIRECTORY_NOT_FOUND,
                f"{path} lies in the fabric directory {name}",
                remedy=f"Run the command on {name}, or `fgd process FILE` for one file.",
            )


def _fabrics_in(path: Path) -> Iterator[Path]:
    for folder, names, _ in os.walk(path):
        if META in names and (Path(folder) / MANIFEST).is_file():
            yield Path(folder)
            names.clear()
        names[:] = [name for name in names if not name.startswith(".")]


def _entry_target(directory: Path, display: str, settings: Settings, root: Path) -> Target:
    _require_directory(directory)
    _refuse_link(directory, root)
    for entry in settings.fabrics:
        if (root / entry.path).resolve() == directory.resolve():
            return Target(directory, display, entry.name, entry.netbox_id, entry.fabric)
    return Target(directory, display, "", None, None)
