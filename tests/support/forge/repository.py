"""A bare repository behind the stand-ins: git's own objects and refs, set up and read by short git commands."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from forge.protection import Protection, hook

ZERO = "0" * 40
SETTINGS = """
[http] receivepack = true
[uploadpack] allowAnySHA1InWant = true
[uploadpack] allowFilter = true
[receive] advertiseAtomic = true
[receive] autogc = false
[gc] auto = 0
"""
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}
SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n made by the stand-in for GitHub\n -----END PGP SIGNATURE-----\n"

Content = str | bytes | None


class Link(str):
    """The content of a symbolic link: where it leads."""

    __slots__ = ()


def _mode(content: Content) -> str:
    return "120000" if isinstance(content, Link) else "100644"


def environment() -> dict[str, str]:
    """An environment for git that knows nothing of the machine's or the caller's configuration."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}


class Repository:
    """`name` is owner/name. Files are given as a mapping from path to content, None for a deletion."""

    def __init__(self, root: Path, name: str, *, private: bool = True) -> None:
        self.name, self.private = name, private
        self.path = root / f"{name}.git"
        self.default_branch = "main"
        self.protections: list[Protection] = []
        words = ["git", "init", "-q", "--bare", "-b", "main", "--template=", str(self.path)]
        subprocess.run(words, check=True, env=environment())
        with (self.path / "config").open("a") as config:
            config.write(SETTINGS)

    def git(self, *arguments: str, given: bytes = b"", **more: str) -> str:
        """What a git command in the repository prints; it must succeed."""
        done = self.attempt(*arguments, given=given, **more)
        assert not done.returncode, f"git {' '.join(arguments)}: {done.stderr.decode()}"
        return done.stdout.decode().rstrip("\n")

    def attempt(self, *arguments: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-C", str(self.path), *arguments]
        known = {**environment(), **IDENTITY, **more}
        return subprocess.run(command, input=given, env=known, capture_output=True, check=False)

    # -- reading ----------------------------------------------------------------------------------------------------

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Each ref below a prefix with the object it points to."""
        listed = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ", 1) for line in listed.splitlines())

    def resolve(self, revision: str) -> str | None:
        """The commit that a revision means, if there is one."""
        done = self.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return done.stdout.decode().strip() or None

    def tip(self, branch: str = "main") -> str:
        found = self.resolve(f"refs/heads/{branch}")
        assert found, f"no branch {branch}"
        return found

    def paths(self, revision: str = "main") -> list[str]:
        listed = self.git("ls-tree", "-r", "-z", "--name-only", revision)
        return [name for name in listed.split("\0") if name]

    def read(self, path: str, revision: str = "main") -> bytes:
        done = self.attempt("cat-file", "blob", f"{revision}:{path}")
        assert not done.returncode, f"{path} is not in {revision}"
        return done.stdout

    def message(self, revision: str = "main") -> str:
        return self.git("log", "-1", "--format=%B", revision)

    def log(self, revision: str = "main") -> list[str]:
        """The commits that lead to a revision, the newest first."""
        return self.git("rev-list", revision).splitlines()

    # -- writing, past every protection -----------------------------------------------------------------------------

    def commit(self, files: Mapping[str, Content], branch: str = "main", message: str = "state") -> str:
        """Put a commit on a branch, which starts at the default branch if there is none yet; the commit's id."""
        heads = self.refs("refs/heads/")
        parent = heads.get(f"refs/heads/{branch}") or heads.get(f"refs/heads/{self.default_branch}")
        who = f"{IDENTITY['GIT_AUTHOR_NAME']} <{IDENTITY['GIT_AUTHOR_EMAIL']}> now"
        lines = [f"commit refs/heads/{branch}", "mark :1", f"committer {who}", _data(message)]
        lines += [f"from {parent}"] if parent else []
        for path, content in files.items():
            if content is None:
                lines.append(f"D {_quoted(path)}")
            else:
                lines += [f"M {_mode(content)} inline {_quoted(path)}", _data(content)]
        given = "\n".join([*lines, "get-mark :1", "done", ""]).encode("utf-8", "surrogateescape")
        return self.git("fast-import", "--quiet", "--done", "--date-format=now", given=given)

    def make_tree(self, files: Mapping[str, Content], base: str | None) -> str:
        """The tree of a commit with some files changed."""
        with tempfile.TemporaryDirectory() as scratch:
            index = str(Path(scratch, "index"))
            if base:
                self.git("read-tree", base, GIT_INDEX_FILE=index)
            given = "".join(self._entries(files, Path(scratch))).encode("utf-8", "surrogateescape")
            self.git("update-index", "-z", "--index-info", given=given, GIT_INDEX_FILE=index)
            return self.git("write-tree", GIT_INDEX_FILE=index)

    def _entries(self, files: Mapping[str, Content], scratch: Path) -> Sequence[str]:
        contents = {path: content for path, content in files.items() if content is not None}
        for number, content in enumerate(contents.values()):
            (scratch / str(number)).write_bytes(content.encode() if isinstance(content, str) else content)
        names = "".join(f"{scratch / str(number)}\n" for number in range(len(contents))).encode()
        blobs = self.git("hash-object", "-w", "--no-filters", "--stdin-paths", given=names).split()
        gone = [f"0 {ZERO}\t{path}\0" for path, content in files.items() if content is None]
        modes = map(_mode, contents.values())
        return gone + [f"{mode} {blob}\t{path}\0" for mode, path, blob in zip(modes, contents, blobs, strict=True)]

    def make_commit(self, tree: str, message: str, parents: Sequence[str], **who: str) -> str:
        given = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, *given, given=message.encode(), **who)

    def sign(self, commit: str) -> str:
        """The same commit with a signature as GitHub puts it on those that it makes itself."""
        head, _, text = self.attempt("cat-file", "commit", commit).stdout.partition(b"\n\n")
        given = head + b"\n" + SIGNATURE.encode() + b"\n" + text
        return self.git("hash-object", "-w", "-t", "commit", "--stdin", given=given)

    def move(self, ref: str, new: str, old: str | None = None) -> bool:
        """Point a ref elsewhere if it still is where it is thought to be; ZERO: no ref."""
        return not self.attempt("update-ref", "--no-deref", ref, new, *([old] if old else [])).returncode

    def drop(self, ref: str) -> bool:
        return not self.attempt("update-ref", "--no-deref", "-d", ref).returncode

    # -- what the server is to refuse ---------------------------------------------------------------------------------

    def protect(self, *protections: Protection) -> None:
        """Refuse pushes to branches as GitHub does."""
        self.protections.extend(protections)
        script = self.path / "hooks" / "update"
        script.parent.mkdir(exist_ok=True)
        script.write_text(hook(self.protections, self.name))
        script.chmod(0o755)

    def protection(self, branch: str) -> Protection | None:
        """The first rule on a branch."""
        return next((protection for protection in self.protections if protection.covers(branch)), None)

    def refuse_refs(self, prefix: str) -> None:
        """Refuse and hide refs below a prefix, as servers do with namespaces that they keep for themselves."""
        self.git("config", "--add", "transfer.hideRefs", prefix)


def _data(content: str | bytes) -> str:
    """A content as fast-import reads it."""
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return f"data {len(data)}\n{data.decode('utf-8', 'surrogateescape')}"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
