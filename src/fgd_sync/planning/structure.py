"""The parts of a fabric directory besides its resources: manifest, archive log, folders, README.

Finds what is missing or damaged, each with the changes that mend it.
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.change import Change, Write
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.archive_log import EMPTY_LOG, canonical_log, read_mapping
from fgd_sync.planning.normal_form import FORM_KEY, form_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import (
    ARCHIVE_LOG,
    KEEP_FILE,
    MANAGED,
    MANIFEST,
    META,
    RAW,
    README,
    TOP_LEVEL,
    UNMANAGED,
    beside,
)
from fgd_sync.planning.recalled import same_paths
from fgd_sync.yamldoc.emit import emit

STRUCTURE_VERSION = "2"
"""Version of the layout of a fabric directory."""

_ATTRIBUTES = f"{META}/.gitattributes"
_ATTRIBUTES_TEXT = b"archive-log.yaml merge=union\n"


@dataclass(frozen=True, slots=True)
class StructureIssue:
    """One thing that is wrong with the structure. `name` is what `fgd repair --issue` takes."""

    name: str
    path: str
    message: str
    action: str
    changes: tuple[Change, ...]


def is_initialized(tree: Tree) -> bool:
    """Whether the directory has a manifest, ours or the predecessor's."""
    return MANIFEST in tree.files


def is_foreign(tree: Tree) -> bool:
    """Whether a directory has no part of a fabric directory."""
    if is_initialized(tree):
        return False
    return not any(path.partition("/")[0] in TOP_LEVEL for path in (*tree.files, *tree.obstacles))


def fabric_name(tree: Tree) -> str:
    """The name in the manifest; empty if there is none."""
    manifest = read_mapping(tree.files.get(MANIFEST)) or {}
    name = manifest.get("fabric_name")
    return name if isinstance(name, str) else ""


def inspect(tree: Tree, options: Options) -> list[StructureIssue]:
    """Everything that is to be mended, in the order in which it is done; nothing where a directory was at rest."""
    if same_paths(tree, options):
        return []
    return [
        *_manifest(tree, options),
        *_log(tree),
        *_attributes(tree),
        *_folders(tree, options),
        *_readme(tree, options),
    ]


def _manifest(tree: Tree, options: Options) -> Iterator[StructureIssue]:
    data = tree.files.get(MANIFEST)
    old = read_mapping(data)
    text = manifest(tree, options, options.form.version if old is None else form_of(old))
    readable = None if data is not None and old is None else text
    return _file(tree, MANIFEST, "manifest", readable, blank=text, anew="rewritten")


def _log(tree: Tree) -> Iterator[StructureIssue]:
    data = tree.files.get(ARCHIVE_LOG)
    text = EMPTY_LOG if data is None else canonical_log(data)
    return _file(tree, ARCHIVE_LOG, "archive log", text, blank=EMPTY_LOG, anew="begun anew")


def _file(tree: Tree, path: str, what: str, text: bytes | None, *, blank: bytes, anew: str) -> Iterator[StructureIssue]:
    """What is wrong with one of our own files: `text` is what it should hold, None if what it holds cannot be read."""
    data, name = tree.files.get(path), what.replace(" ", "_")
    if data is None:
        message = f"the fabric directory has no {what}"
        yield StructureIssue(f"missing_{name}", path, message, "written", (Write(path, blank, None),))
    elif text is None:
        saved = beside(f"{UNMANAGED}/{path.removeprefix('.')}", data)
        changes = (Write(saved, data, tree.files.get(saved)), Write(path, blank, data))
        message = f"the {what} cannot be read; it is kept as {saved}"
        yield StructureIssue(f"invalid_{name}", path, message, anew, changes)
    elif data != text:
        message = f"the {what} is not in its current form"
        yield StructureIssue(f"outdated_{name}", path, message, "rewritten", (Write(path, text, data),))


def manifest(tree: Tree, options: Options, form: int) -> bytes:
    """The manifest as it should be, for files in that normal form; what users and the predecessor wrote is kept."""
    old = read_mapping(tree.files.get(MANIFEST)) or {}
    return emit(_manifest_body(old, options, form)).encode()


def _manifest_body(old: dict[str, Any], options: Options, form: int) -> dict[str, Any]:
    netbox_id = options.netbox_id if options.netbox_id is not None else old.get("fabric_id")
    known = {
        "archive_strategy": options.ingestion.archive,
        "directories": {"managed": MANAGED, "raw": RAW, "unmanaged": UNMANAGED},
        "fabric_id": netbox_id,
        "fabric_name": options.fabric,
        FORM_KEY: form,
        "structure_version": STRUCTURE_VERSION,
    }
    gone = {"version", "crd_directories", "gitops_initialized"}
    kept = {key: value for key, value in old.items() if key not in known and key not in gone}
    return dict(sorted({**kept, **known}.items()))


def _attributes(tree: Tree) -> Iterator[StructureIssue]:
    if _ATTRIBUTES not in tree.files:
        yield StructureIssue(
            "missing_attributes",
            _ATTRIBUTES,
            "git is not told how to merge the archive log",
            "written",
            (Write(_ATTRIBUTES, _ATTRIBUTES_TEXT, None),),
        )


def _folders(tree: Tree, options: Options) -> Iterator[StructureIssue]:
    """The folders that are missing; in a fabric of which something cannot be read this must wait: it may fill them."""
    if is_initialized(tree) and Obstacle.UNREADABLE in tree.obstacles.values():
        return
    plurals = options.directory.required_subdirs or tuple(kind.plural for kind in KINDS)
    wanted = [RAW, MANAGED, UNMANAGED, *(f"{MANAGED}/{plural}" for plural in plurals)]
    there = {path.rpartition("/")[0] for path in (*tree.files, *tree.obstacles)}
    for folder in wanted:
        if folder not in there and folder not in tree.obstacles:
            yield StructureIssue(
                "missing_directory",
                folder,
                f"the folder {folder} is missing",
                "made",
                (Write(f"{folder}/{KEEP_FILE}", b"", None),),
            )


def _readme(tree: Tree, options: Options) -> Iterator[StructureIssue]:
    if README not in tree.files and not is_initialized(tree) and README not in tree.obstacles:
        yield StructureIssue(
            "missing_readme",
            README,
            "the fabric directory has no README",
            "written",
            (Write(README, _readme_text(options.fabric).encode(), None),),
        )


def _readme_text(fabric: str) -> str:
    return f"""# {fabric}

The manifests of this fabric, kept by fgd-sync.

| folder | what it holds |
|---|---|
| `{RAW}/` | drop zone: put YAML of any shape here; the next sync reads it |
| `{MANAGED}/` | one file for each resource, in canonical form; edits are welcome, the next sync tidies them |
| `{UNMANAGED}/` | what could not be managed, in its original form; correct it and put it into `{RAW}/` again |
| `{META}/` | the tool's own records |
"""
