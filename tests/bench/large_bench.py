"""The most memory that a repository with many megabytes of YAML takes: run by `make bench-memory`.

From very many small files to few files of large documents; each checked, taken in from raw/, and synced once more. The
figures are in docs/performance.md.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from bench_steps import COLD, FGD
from fabric_maker import documents
from measure import Step, peak_memory

_MB = 1_000_000
_FILE, _LARGEST_FILE = 2 * _MB, 9 * _MB
_ENDLESS = 10**9
_CONFIG = "fgd: {ingestion: {max_documents_per_file: 1000000}, sync: {timeout_seconds: 86400}}\n"
_NOTE = "    example.com/note-{line:04d}: moved from rack {n} to the hall of unit {line}, as ordered, {more}\n"
_LARGE = """apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{n:06d}
  namespace: default
  annotations:
{notes}spec: {{}}
"""


def large_documents() -> Iterator[str]:
    """Resources of some 900 KB each, nearly as large as one may be."""
    for n in count():
        notes = "".join(_NOTE.format(line=line, n=n, more="and so on " * 35) for line in range(2000))
        yield _LARGE.format(n=n, notes=notes)


SHAPES: dict[str, tuple[Callable[[], Iterator[str]], int]] = {
    "one small resource to a file": (lambda: documents(_ENDLESS), 1),
    "files of 2 MB of small resources": (lambda: documents(_ENDLESS), _FILE),
    "files of 9 MB of large resources": (large_documents, _LARGEST_FILE),
}
"""Their resources, and how large a file becomes before another one is begun."""


def write(folder: Path, texts: Iterator[str], per_file: int, total: int) -> int:
    """Fill raw/ of a fabric; gives the number of files."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    batch: list[str] = []
    files = written = size = 0
    while written + size < total:
        batch.append(next(texts))
        size += len(batch[-1])
        if size >= per_file or written + size >= total:
            (raw / f"{files:07d}.yaml").write_text("---\n".join(batch))
            files, written, size, batch = files + 1, written + size, 0, []
    return files


def steps(base: Path) -> dict[str, Step]:
    """What is measured, in this order: the last finds what the one before made."""
    return {
        "check": Step([*FGD, "check", "fabric", *COLD], base),
        "sync from raw": Step([*FGD, "sync", "fabric", *COLD], base),
        "sync of canonical files": Step([*FGD, "sync", "fabric", *COLD], base),
    }


def main() -> None:
    """Print the memory of each step for each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=200, help="megabytes of YAML; default: %(default)s")
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    parser.add_argument("--folder", type=Path, default=folder, help="where to put the files; default: in memory")
    parser.add_argument("--shapes", choices=list(SHAPES), nargs="+", default=list(SHAPES), metavar="SHAPE")
    asked = parser.parse_args()
    for name in asked.shapes:
        texts, per_file = SHAPES[name]
        with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
            base = Path(scratch)
            (base / "fgd_config.yaml").write_text(_CONFIG)
            files = write(base / "fabric", texts(), per_file, asked.mb * _MB)
            print(f"{asked.mb} MB, {name}: {files:,} files", flush=True)
            for words, step in steps(base).items():
                peak = peak_memory(step)
                print(f"  {words:<24}{peak:6,} MB {peak / asked.mb:6.1f} times the text", flush=True)
            shutil.rmtree(base / "fabric")


if __name__ == "__main__":
    main()
