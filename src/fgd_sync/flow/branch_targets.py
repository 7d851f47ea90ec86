"""Which fabrics of a branch a publishing run is about: those named, those configured, or all that are there.

Goes by the tree of the branch's tip and what is not committed yet; the work tree is not looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from fgd_sync.flow.on_branch import Branch, Tip, start_of
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import CONFIGURATION_INVALID, DIRECTORY_NOT_FOUND
from fgd_sync.model.config import FabricEntry, Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import read_mapping
from fgd_sync.planning.place import MANIFEST
from fgd_sync.planning.structure import fabric_name

_END = f"/{MANIFEST}"


def targets_on(branch: Branch, tip: Tip, paths: Sequence[str], settings: Settings) -> list[Target]:
    """The fabrics of a run, sorted by path, each with its name.

    `paths` are folders of the repository; without any, the fabrics of the configuration; without these, every folder
    with a manifest. Raises FgdError for one that is not there, and where there is none.
    """
    manifests = _manifests(branch, tip)
    configured = {entry.path.strip("/"): entry for entry in settings.fabrics}
    known = {folder: _name(folder, data, configured.get(folder)) for folder, data in manifests.items()}
    meant = [folder for path in paths for folder in _meant(path, known, tip)]
    folders = set(meant if paths else configured or known)
    _require(folders, f"there is no fabric directory on the branch {branch.name}")
    last = branch.store.name.rpartition("/")[2]
    targets = [_target(folder, manifests.get(folder), configured.get(folder), last) for folder in sorted(folders)]
    _refuse_namesakes(targets)
    return targets


def _manifests(branch: Branch, tip: Tip) -> dict[str, bytes]:
    """By folder, the manifests on the tip and those that are not committed yet."""
    paths = [path for path in tip.entries if f"/{path}".endswith(_END) and not _is_hidden(path)]
    blobs = branch.store.blobs([tip.entries[path].id for path in paths])
    found = {path: blobs[tip.entries[path].id] for path in paths}
    for path, data in branch.uncommitted.files.items():
        if f"/{path}".endswith(_END):
            found.pop(path, None)
            if data is not None:
                found[path] = data
    return {path.removesuffix(MANIFEST).rstrip("/"): data for path, data in found.items()}


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.removesuffix(MANIFEST).split("/"))


def _name(folder: str, manifest: bytes | None, entry: FabricEntry | None) -> str:
    """The name of a fabric: from the settings, the manifest, or its folder."""
    if entry:
        return entry.name
    written = fabric_name(Tree({MANIFEST: manifest})) if manifest is not None else ""
    return written or folder.rpartition("/")[2]


def _meant(path: str, known: Mapping[str, str], tip: Tip) -> list[str]:
    """The folders of fabrics that a path stands for: itself, those below it, or a folder that is to become one."""
    folder = "" if path.strip("/") in ("", ".") else path.strip("/").removeprefix("./")
    if folder in known:
        return [folder]
    inside = [name for name in known if name.startswith(start_of(folder))]
    if inside or (folder and not tip.below(folder)):
        _require(inside, f"the branch has no folder {path!r}")
        return inside
    _refuse_part(folder, known)
    return [folder]


def _refuse_part(path: str, known: Mapping[str, str]) -> None:
    around = next((folder for folder in known if path.startswith(start_of(folder))), None)
    if around is not None:
        raise FgdError(
            DIRECTORY_NOT_FOUND, f"{path} lies in the fabric directory {around or '.'}", remedy=f"Name {around or '.'}."
        )


def _require(folders: Collection[str], message: str) -> None:
    if not folders:
        remedy = "Name the folder that holds the fabric's YAML (input `paths`); it is set up on the first sync."
        raise FgdError(DIRECTORY_NOT_FOUND, message, remedy=remedy)


def _target(folder: str, manifest: bytes | None, entry: FabricEntry | None, repository: str) -> Target:
    """A fabric; one without a manifest is named as its folder, one in the root as its repository."""
    known = (read_mapping(manifest) or {}).get("fabric_id")
    netbox_id = known if isinstance(known, int) else None
    name = _name(folder, manifest, entry) or repository
    if entry is None:
        return Target(Path(folder), folder or ".", name, netbox_id, None)
    return Target(Path(folder), folder or ".", name, entry.netbox_id or netbox_id, entry.fabric)


def _refuse_namesakes(targets: Sequence[Target]) -> None:
    """Raise FgdError where two folders claim to be the same fabric: they would share history and lock."""
    first: dict[str, Target] = {}
    for target in targets:
        other = first.setdefault(target.name, target)
        if other is not target:
            raise FgdError(
                CONFIGURATION_INVALID,
                f"{other.display} and {target.display} both are the fabric {target.name!r}",
                remedy="Change `fabric_name` in one manifest, or name both under `fabrics:` in fgd_config.yaml.",
            )
