"""A directory as it will be once the decided changes are made, for those who read while they are being made.

Takes what was read and the intent of the run that is at work or was killed. Each path is looked at again, in an order
in which a renaming that happens meanwhile cannot be missed: first where a file comes from, then where it goes.
"""

from typing import Any

from fgd_sync.adapters.carry_out import aside, mark, staged
from fgd_sync.adapters.intent import Intent, Moved, Put
from fgd_sync.adapters.root import Root
from fgd_sync.model.tree import Obstacle
from fgd_sync.planning.archive_log import sha256


class Overlay:
    """Changes `files` and `obstacles`, as they were read from `root`. Raises OSError."""

    def __init__(self, root: Root, files: dict[str, bytes], obstacles: dict[str, Obstacle]) -> None:
        self._root, self._files, self._obstacles = root, files, obstacles

    def lay(self, intent: Intent) -> None:
        """Lay the changes of an intent over what was read."""
        for move in intent.moves:
            self._move(move)
        for number, put in enumerate(intent.puts):
            self._put(number, put)
        for drop in intent.drops:
            if self._root.stat(drop.path) is None or self._seen(drop.path) == drop.old:
                self._files.pop(drop.path, None)

    def _move(self, move: Moved) -> None:
        by_size = " " in move.mark
        is_free = self._root.stat(move.target) is None
        now = mark(self._root, move.source, by_size=by_size)
        if is_free and now == move.mark:
            holder: dict[str, Any] = self._files if move.source in self._files else self._obstacles
            if move.source in holder:
                holder[move.target] = holder.pop(move.source)
        elif now is None:
            self._files.pop(move.source, None)
            obstacle = self._obstacles.pop(move.source, Obstacle.TOO_LARGE)
            if by_size and self._root.stat(move.target) is not None:
                self._obstacles[move.target] = obstacle
            elif not by_size:
                self._reread(move.target)

    def _put(self, number: int, put: Put) -> None:
        data = self._root.read(staged(number))
        if data is None:
            self._reread(put.path)
        elif self._seen(put.path) == put.old:
            self._files[put.path] = data
        elif self._seen(put.path) != put.new:
            self._files[aside(put.path, data)] = data

    def _seen(self, path: str) -> str | None:
        return sha256(self._files[path]) if path in self._files else None

    def _reread(self, path: str) -> None:
        data = self._root.read(path)
        if data is None:
            self._files.pop(path, None)
        else:
            self._files[path] = data
