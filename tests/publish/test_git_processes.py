"""How often git is started: a few times, whatever the number of files."""

import os
import shutil
from pathlib import Path

from publishing_site import SERVER, Site

SHIM = '#!/bin/sh\necho "$1" >> "{log}"\nexec "{git}" "$@"\n'
MOST_CALLS, MOST_TALKS = 31, 9
"""Of a sync whose fabric was synced before; those that talk to the server take longest."""


def test_a_publishing_sync_of_many_files_starts_git_a_few_times(tmp_path: Path) -> None:
    log, shim = tmp_path / "log", tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(log=log, git=shutil.which("git")))
    shim.chmod(0o755)
    site = Site(tmp_path)
    assert site.sync() == 0
    site.git("pull", "-q", "--rebase", "origin", "main")
    for number in range(100, 200):
        site.write(f"north/raw/s{number}.yaml", SERVER.format(number=number))
    site.git("add", "-A")
    site.git("commit", "-q", "-m", "more")
    site.git("push", "-q", "origin", "main")
    assert site.sync({"PATH": f"{shim.parent}:{os.environ['PATH']}"}) == 0
    calls = log.read_text().split()
    assert "push" in calls
    assert len(calls) <= MOST_CALLS, calls
    assert len([word for word in calls if word in ("ls-remote", "fetch", "push")]) <= MOST_TALKS, calls
