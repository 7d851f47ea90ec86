"""Where a resource and a source file belong: the paths of a fabric directory, derived from names alone."""

import hashlib

from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import Ref

RAW, MANAGED, UNMANAGED, META = "raw", "managed", "unmanaged", ".hnp"
TOP_LEVEL = (RAW, MANAGED, UNMANAGED, META)
MANIFEST = f"{META}/manifest.yaml"
ARCHIVE_LOG = f"{META}/archive-log.yaml"
README = "README.md"
KEEP_FILE = ".gitkeep"
ARCHIVED = ".archived"

_NAME_BYTES = 240
"""Longest stem that leaves room for `.yaml` on every common file system (255 bytes a name)."""

_LONGEST_NAME = 255
"""Bytes that a name may have on every common file system."""

_ALWAYS_SHORT = _LONGEST_NAME // 4
"""Letters that fit, however many bytes each takes."""

_SAFE_NAME = pattern(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\Z")


def is_safe_name(name: str) -> bool:
    """Whether a name or namespace can stand in a file name: as Kubernetes allows names, no path characters."""
    return _SAFE_NAME.match(name) is not None and ".." not in name


def managed_path(ref: Ref, namespace: str) -> str:
    """The one path of a resource under managed/.

    Outside the fabric's own namespace the stem is `<namespace>_<name>`. A stem too long for a file system is cut and
    ends in `_` and a hash of the whole: no two resources share a path.
    """
    group, kind, place, name = ref
    stem = name if place == namespace else f"{place}_{name}"
    if len(stem) > _NAME_BYTES:
        stem = f"{stem[: _NAME_BYTES - 17]}_{hashlib.sha256(stem.encode()).hexdigest()[:16]}"
    return f"{MANAGED}/{KIND_BY_ID[group, kind].plural}/{stem}.yaml"


def drop_path(path: str) -> str:
    """The path of a source relative to the drop zone: as it is under raw/, or as it lies in the fabric directory."""
    return path.removeprefix(f"{RAW}/")


def archive_path(path: str) -> str:
    """Where the archive strategy `rename` puts a source. A name that gets too long is cut and ends in a hash of it."""
    folder, slash, name = f"{RAW}/{drop_path(path)}{ARCHIVED}".rpartition("/")
    if len(name) > _ALWAYS_SHORT and len(_bytes(name)) > _LONGEST_NAME:
        mark = f"~{hashlib.sha256(_bytes(name)).hexdigest()[:8]}"
        name = _cut(name.removesuffix(ARCHIVED), _LONGEST_NAME - len(mark + ARCHIVED)) + mark + ARCHIVED
    return f"{folder}{slash}{name}"


def unmanaged_path(path: str) -> str:
    """Where a source that cannot be managed is set aside."""
    return f"{UNMANAGED}/{drop_path(path)}"


def beside(path: str, data: bytes) -> str:
    """A path next to `path` for other bytes, the same for the same bytes: `x.yaml` → `x~1a2b3c4d.yaml`."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.partition(".")
    mark = f"~{hashlib.sha256(data).hexdigest()[:8]}"
    room = _LONGEST_NAME - len(_bytes(mark + dot + ending))
    return f"{folder}{slash}{_cut(stem, room) if room > 0 else ''}{mark}{dot}{ending}"


def _bytes(name: str) -> bytes:
    """The bytes of a name, as a file system counts them."""
    return name.encode("utf-8", "surrogateescape")


def _cut(text: str, most: int) -> str:
    """The beginning of a text that has so many bytes at most."""
    return _bytes(text)[:most].decode("utf-8", "ignore")
