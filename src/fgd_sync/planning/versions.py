"""Versions of our own files in a fabric directory: what a newer fgd-sync wrote is refused, and nothing changed."""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.code import WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import LOG_VERSION, is_plain_log, read_mapping
from fgd_sync.planning.normal_form import form_of
from fgd_sync.planning.place import ARCHIVE_LOG, MANIFEST
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.structure import STRUCTURE_VERSION

_LEADING_NUMBER = pattern(r"\d{1,9}")


def refuse_newer(tree: Tree, normal_form: int) -> None:
    """Raise FgdError for a fabric directory that a newer version wrote. `normal_form`: the version that is ours."""
    for path, what, found, known in _versions(tree, normal_form):
        if found > known:
            raise FgdError(
                WRITTEN_BY_NEWER_VERSION,
                f"{path} was written by a newer fgd-sync: it has {what} {found}, and this program knows {known}; "
                "nothing was changed",
                details={"path": path, "found": found, "known": known},
            )


def _versions(tree: Tree, normal_form: int) -> Iterator[tuple[str, str, int, int]]:
    manifest = read_mapping(tree.files.get(MANIFEST)) or {}
    yield MANIFEST, "structure version", _number(manifest.get("structure_version")), int(STRUCTURE_VERSION)
    yield MANIFEST, "normal form", form_of(manifest), normal_form
    files = tree.files
    is_known = isinstance(files, Recalled) and files.are_ours_the_same
    log = None if is_known else files.get(ARCHIVE_LOG)
    if log is not None and not is_plain_log(log):
        yield ARCHIVE_LOG, "version", _number((read_mapping(log) or {}).get("version")), int(LOG_VERSION)


def _number(value: Any) -> int:
    """The number that a version begins with; 0 for one without."""
    found = _LEADING_NUMBER.match(str(value))
    return int(found[0]) if found else 0
