"""The repository around a place and the commit that is checked out there, read from its files without running git.

What it cannot read with certainty it does not guess: then a caller asks git, or does without. Imports next to nothing.
"""

import os


def repository_around(place: str) -> str:
    """The root of the work tree around a real path, as `fgd_sync.adapters.git.work_tree_root` finds it; "" for none."""
    folder, inner = place, ""
    while folder != inner:
        git = os.path.join(folder, ".git")  # noqa: PTH118 - a Path costs more than all the rest
        if os.path.isfile(git) or os.path.exists(f"{git}/HEAD"):  # noqa: PTH110, PTH113 - see above
            return folder
        folder, inner = os.path.dirname(folder), folder  # noqa: PTH120 - see above
    return ""


def commit_at(root: str) -> str | None:
    """The id of the commit that is checked out; "" before the first one. None where git itself has to be asked.

    That is where refs are kept in another form than files, objects stand in for others, or a file cannot be read.
    """
    try:
        return _commit_at(root)
    except OSError:
        return None


def _commit_at(root: str) -> str | None:
    git = git_directory(root)
    if git is None:
        return None
    common = common_directory(git)
    packed = _text(f"{common}/packed-refs") or ""
    odd = (f"{common}/reftable", f"{common}/refs/replace", f"{common}/info/grafts")
    if any(map(os.path.lexists, odd)) or "refs/replace/" in packed:
        return None
    head = _text(f"{git}/HEAD") or ""
    name = head.removeprefix("ref: ")
    if name == head:
        return head if _is_id(head) else None
    found = _text(f"{git}/{name}") or _text(f"{common}/{name}") or _packed(packed, name)
    return found if not found or _is_id(found) else None


def git_directory(root: str) -> str | None:
    """The directory of git, also where a file stands for it."""
    git = f"{root}/.git"
    if os.path.isdir(git):  # noqa: PTH112 - see above
        return git
    text = _text(git) or ""
    place = text.removeprefix("gitdir: ")
    return os.path.join(root, place) if place != text else None  # noqa: PTH118 - see above


def common_directory(git: str) -> str:
    """The directory that work trees of one repository share."""
    place = _text(f"{git}/commondir")
    return os.path.join(git, place) if place else git  # noqa: PTH118 - see above


def _packed(packed: str, name: str) -> str:
    ending = f" {name}"
    return next((line[: -len(ending)] for line in packed.splitlines() if line.endswith(ending)), "")


def _text(path: str) -> str | None:
    """What a file says; None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - see above
            return file.read().rstrip("\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(letter in "0123456789abcdef" for letter in text)
