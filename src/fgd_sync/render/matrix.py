"""The matrix of a workflow, one entry for each job, as the JSON text that `fromJSON` takes. Pure.

Fabrics that share a job stand in one entry, a line each, as the inputs `fabrics` and `paths` of the action take them.
"""

from collections.abc import Iterable

from fgd_sync.render.json_text import to_json_line


def matrix(shares: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    """The matrix for the fabrics of each job, given as their names and their paths."""
    entries = [{"fabric": "\n".join(names), "path": "\n".join(paths)} for names, paths in shares]
    return to_json_line({"include": entries})
