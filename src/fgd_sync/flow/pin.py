"""Pinning a fabric to the schemas of another release, made from the user's CRD files."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fgd_sync.flow.on_disk import KEPT_FOLDERS
from fgd_sync.flow.run import World
from fgd_sync.model import code
from fgd_sync.model.change import Write
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.pinned import pinned_path
from fgd_sync.schema.imported import import_crds
from fgd_sync.yamldoc.parse import parse


def pin_schemas(world: World, sources: Sequence[Path], fabric: Path) -> tuple[str, ...]:
    """Write the schemas of all CRDs in `sources` into the fabric; give their paths there. Raises FgdError."""
    schemas = import_crds([value for source in sources for file in _files(source) for value in _documents(world, file)])
    texts = {pinned_path(key): json.dumps(schema, indent=2) + "\n" for key, schema in sorted(schemas.items())}
    with world.workspace.hold(fabric, world.settings.sync.lock_timeout, world.clock):
        there = world.workspace.read(fabric, world.settings.ingestion).files
        changes = [
            Write(path, text.encode(), there.get(path))
            for path, text in texts.items()
            if there.get(path) != text.encode()
        ]
        if changes:
            world.workspace.make(fabric, changes, KEPT_FOLDERS)
    return tuple(texts)


def _files(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield from sorted(path for path in source.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
    elif source.is_file():
        yield source
    else:
        raise FgdError(code.DIRECTORY_NOT_FOUND, f"there is no file or directory {source}")


def _documents(world: World, file: Path) -> Iterator[Any]:
    source = parse(world.workspace.read_file(file.parent, file.name) or b"")
    problems = [source.problem, *(document.problem for document in source.documents)]
    problem = next((item for item in problems if item), None)
    if problem:
        line = f":{problem.position.line}" if problem.position else ""
        raise FgdError(code.CONFIGURATION_INVALID, f"{file}{line}: {problem.message}")
    yield from (document.value for document in source.documents)
