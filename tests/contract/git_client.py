"""git as a client in these tests: the command with an environment of its own and a token in no file."""

import subprocess
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from forge.repository import IDENTITY, environment


def authorized(token: str, *more: str) -> dict[str, str]:
    """An environment that lets git send a token, as fgd-sync has to: no other header first, then ours."""
    header = f"Authorization: Basic {b64encode(f'x-access-token:{token}'.encode()).decode()}"
    pairs = [("http.extraheader", value) for value in ("", *(more or (header,)))]
    count = {"GIT_CONFIG_COUNT": str(len(pairs)), "GIT_TERMINAL_PROMPT": "0"}
    keys = {f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(pairs)}
    return {**count, **keys, **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(pairs)}}


@dataclass(frozen=True)
class Clone:
    """A clone with a token."""

    path: Path
    token: str

    @classmethod
    def of(cls, url: str, path: Path, token: str, *options: str) -> "Clone":
        done = _run(["clone", "-q", *options, url, str(path)], path.parent, token)
        assert not done.returncode, done.stderr
        return cls(path, token)

    def attempt(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return _run(list(arguments), self.path, self.token)

    def git(self, *arguments: str) -> str:
        done = self.attempt(*arguments)
        assert not done.returncode, done.stderr
        return done.stdout.strip()

    def commit(self, name: str, text: str) -> str:
        """A commit that writes one file; its id."""
        (self.path / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"write {name}")
        return self.git("rev-parse", "HEAD")

    def nonce(self, text: str) -> str:
        """A commit of its own, without parent or files, as a lock needs one for each holder."""
        tree = self.git("hash-object", "-t", "tree", "-w", "/dev/null")
        return self.git("commit-tree", tree, "-m", text)


def _run(arguments: list[str], where: Path, token: str) -> "subprocess.CompletedProcess[str]":
    known = {**environment(), **IDENTITY, **authorized(token)}
    return subprocess.run(["git", *arguments], cwd=where, env=known, capture_output=True, text=True, check=False)
