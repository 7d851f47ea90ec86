"""Which entries of a fabric directory are read, be it a folder on a disk or a tree in git: by names and bytes."""

from fgd_sync.planning.place import KEEP_FILE, META, README, TOP_LEVEL

DEEPEST = 100
"""So many folders may lie in one another."""

JOURNAL = f"{META}/.journal"
"""Where a run notes what it is about to change."""

JOURNAL_DRAFT = f"{META}/.journal-draft"
"""What a run that was killed may leave; it is no file of the fabric."""

_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_LONGEST_POINTER = 1024
"""As the specification of Git LFS says: a pointer is shorter than 1024 bytes."""


def is_read_whole(folder: str) -> bool:
    """Whether every file below a folder is read; elsewhere only those that may hold resources."""
    return folder.partition("/")[0] in TOP_LEVEL


def may_hold_resources(path: str, extensions: tuple[str, ...]) -> bool:
    """Whether a file outside the folders that are read whole is read."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(extensions) or path == README or name == KEEP_FILE


def may_be_read(path: str, extensions: tuple[str, ...]) -> bool:
    """Whether a file of a fabric may be one that is read, as far as its path tells: size and content may say no."""
    folders = path.split("/")[:-1]
    if any(is_passed_over("/".join(folders[: count + 1])) for count in range(len(folders))):
        return False
    return (bool(folders) and is_read_whole(path)) or may_hold_resources(path, extensions)


def is_passed_over(folder: str) -> bool:
    """Whether a folder is hidden."""
    return folder.rpartition("/")[2].startswith(".") and folder != META


def is_utf8(name: str) -> bool:
    """Whether a name, with surrogate escapes for other bytes, is UTF-8."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_lfs_pointer(data: bytes) -> bool:
    """Whether bytes are what Git LFS commits in place of a file."""
    return data.startswith(_LFS) and len(data) < _LONGEST_POINTER and b"\noid sha256:" in data
