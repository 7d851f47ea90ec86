"""Taking in one file of a fabric and leaving all other sources where they are."""

from pathlib import Path

from fgd_sync.flow.targets import Target
from fgd_sync.model import code
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.place import ARCHIVED, MANAGED, MANIFEST, META, UNMANAGED


def find_home(file: Path, settings: Settings, root: Path) -> tuple[Target, str]:
    """The fabric that a file lies in, and its path there. Raises FgdError if it cannot be taken in."""
    if not file.is_file():
        raise FgdError(code.DIRECTORY_NOT_FOUND, f"there is no file {file}")
    place = file.absolute()
    for folder in place.parents:
        if (folder / MANIFEST).is_file():
            return _checked(folder, place.relative_to(folder).as_posix(), settings, root)
    raise FgdError(
        code.DIRECTORY_NOT_FOUND,
        f"{file} does not lie in a fabric directory",
        remedy="Put it into raw/ of a fabric, or run `fgd init` on its directory.",
    )


def _checked(folder: Path, path: str, settings: Settings, root: Path) -> tuple[Target, str]:
    if path.partition("/")[0] in (MANAGED, UNMANAGED, META) or path.endswith(ARCHIVED):
        raise FgdError(
            code.UNSAFE_PATH,
            f"{path} is not a source: only files in raw/ are taken in",
            remedy="Copy it into raw/ first.",
        )
    entry = next((item for item in settings.fabrics if (root / item.path).resolve() == folder.resolve()), None)
    display = folder.relative_to(Path.cwd()).as_posix() if folder.is_relative_to(Path.cwd()) else folder.as_posix()
    if entry is None:
        return Target(folder, display, "", None, None), path
    return Target(folder, display, entry.name, entry.netbox_id, entry.fabric), path
