"""Paths are those of the standard library, whatever of it is imported later than usual."""

import subprocess
import sys

PROGRAM = """
import sys
from fgd_sync.cli.quick_pathlib import import_pathlib
import_pathlib()
from pathlib import Path
print("urllib.parse" in sys.modules, Path("/a b/c").as_uri(), "urllib.parse" in sys.modules)
import urllib.parse
print(urllib.parse.quote("a b"), Path("/d e").as_uri())
"""


def test_what_stands_in_for_a_module_gives_way_to_it() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False file:///a%20b/c True", "a%20b file:///d%20e"]
