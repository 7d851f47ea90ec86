"""What a fabric directory holds, without planning anything: its structure and its files with their resources."""

from collections.abc import Iterator

from fgd_sync.model.resource import Ref
from fgd_sync.model.secrets import blotted
from fgd_sync.model.structure import FileEntry, Structure
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import read_mapping
from fgd_sync.planning.discover import discover
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import KEEP_FILE, MANAGED, MANIFEST, META, RAW, UNMANAGED
from fgd_sync.planning.read import read
from fgd_sync.planning.recalled import same_paths

DIRECTORIES = (RAW, MANAGED, UNMANAGED)


def structure_of(tree: Tree, options: Options) -> Structure:
    """What is there of the parts of a fabric directory; paths are relative to it."""
    known = same_paths(tree, options)
    if known:
        return known.structure
    by_top: dict[str, list[str]] = {top: [] for top in (*DIRECTORIES, META)}
    for path in tree.files:
        top, slash, _ = path.partition("/")
        if slash and top in by_top:
            by_top[top].append(path)
    found = discover(Tree(dict.fromkeys(by_top[RAW], b""), tree.obstacles), options)
    folders = {path.split("/", 2)[1] for path in by_top[MANAGED] if path.count("/") > 1}
    return Structure(
        raw_exists=bool(by_top[RAW]),
        raw_files=_count(by_top[RAW]),
        raw_pending=(*found.sources, *found.oversized),
        managed_exists=bool(by_top[MANAGED]),
        managed_files=_count(by_top[MANAGED]),
        managed_folders=tuple(sorted(folders)),
        metadata_exists=bool(by_top[META]),
        manifest_valid=read_mapping(tree.files.get(MANIFEST)) is not None,
    )


def _count(paths: list[str]) -> int:
    return sum(1 for path in paths if not path.endswith(f"/{KEEP_FILE}"))


def file_entries(tree: Tree, options: Options, directory: str, content: bool) -> Iterator[FileEntry]:
    """The YAML and JSON files of `directory` (raw, managed, unmanaged or all), in the order of their paths."""
    tops = DIRECTORIES if directory == "all" else (directory,)
    for path in sorted(tree.files):
        top = path.partition("/")[0]
        if top in tops and path.lower().endswith(options.ingestion.supported_extensions):
            yield _entry(path, tree.files[path], options, content)


def _entry(path: str, data: bytes, options: Options, content: bool) -> FileEntry:
    reading = read(path, data, options)
    refs: list[Ref] = [item.ref for item in reading.candidates if item.ref]
    text = blotted(data).decode("utf-8", "replace") if content else None
    return FileEntry(path, path.partition("/")[0], len(data), reading.is_clean, tuple(refs), text)
