"""Where the cache lies and which key seals it: at a desk in the user's own folders, elsewhere as the environment says.

The key never lies where the cache does: whoever can write the cache, such as a workflow that a fork started, cannot
make anything in it believed. Imports next to nothing.
"""

import os
import stat
from hashlib import sha256

from fgd_sync.adapters.sealed import Sealed

TYPE_CHECKING = False
if TYPE_CHECKING:  # The module of that name takes longer to import than all the rest.
    from collections.abc import Mapping

FOLDER_VARIABLE, KEY_VARIABLE = "HEDGEHOG_FGD_CACHE_DIR", "HEDGEHOG_FGD_CACHE_KEY"
"""The folder of the cache, and the secret that seals it; the secret of a desk is made on first use."""

SHORTEST_KEY = 16
"""A shorter secret could be guessed from what it sealed."""

_NAME = "fgd-sync"
_LENGTH = 32
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def cache_at(environment: "Mapping[str, str]") -> Sealed | None:
    """The cache of this user; None where there is no place for it or no key that nobody else knows."""
    home = environment.get("HOME", "")
    folder = environment.get(FOLDER_VARIABLE) or _below(environment.get("XDG_CACHE_HOME", ""), home, ".cache")
    key = _given(environment.get(KEY_VARIABLE, "")) or _kept(
        _below(environment.get("XDG_STATE_HOME", ""), home, ".local/state")
    )
    return Sealed(folder, key) if folder and key else None


def cache_in(folder: str, secret: str) -> Sealed | None:
    """The cache in a folder, sealed with a secret; None for one that could be guessed."""
    key = _given(secret)
    return Sealed(folder, key) if key else None


def _below(base: str, home: str, usual: str) -> str:
    """Our folder in a folder of the XDG base directory specification, which only counts where it is absolute."""
    base = base if base.startswith("/") else f"{home}/{usual}" if home.startswith("/") else ""
    return f"{base}/{_NAME}" if base else ""


def _given(secret: str) -> bytes:
    return sha256(f"{_NAME} cache key\0{secret}".encode()).digest() if len(secret) >= SHORTEST_KEY else b""


def _kept(folder: str) -> bytes:
    """The key of this user, made if need be; empty if there can be none."""
    path = f"{folder}/cache-key"
    try:
        return _read(path) if folder else b""
    except FileNotFoundError:
        return _made(folder, path)
    except OSError:
        return b""


def _read(path: str) -> bytes:
    descriptor = os.open(path, _READ)
    try:
        status = os.fstat(descriptor)
        ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
        key = os.read(descriptor, _LENGTH + 1) if ours else b""
    finally:
        os.close(descriptor)
    return key if len(key) == _LENGTH else b""


def _made(folder: str, path: str) -> bytes:
    draft = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - a Path costs more than all the rest
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, os.urandom(_LENGTH))
            os.link(draft, path)
        except FileExistsError:
            pass  # Another run made one at the same time.
        finally:
            os.close(descriptor)
            os.unlink(draft)  # noqa: PTH108 - see above
        return _read(path)
    except OSError:
        return b""
