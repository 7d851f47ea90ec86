"""Writing the new contents of a journal: under their final mode and owner, with a second name for what they replace.

Takes an open fabric directory and what is to be put there; knows nothing of when that is done, or by whom.
"""

import stat
from collections.abc import Iterable

from fgd_sync.adapters.carry_out import replaced, staged
from fgd_sync.adapters.intent import Effect, Intent
from fgd_sync.adapters.root import Root, few
from fgd_sync.planning.readable import JOURNAL


class Staging:
    """The new contents of an intent, by the numbers of its puts. Raises OSError."""

    def __init__(self, root: Root, wanted: Effect, intent: Intent) -> None:
        self._root, self._puts, self._contents = root, intent.puts, wanted.after
        self._is_durable = few(len(intent.puts))

    def write(self, numbers: Iterable[int]) -> None:
        """Write new contents that are not there yet."""
        for number in numbers:
            self._write(number)

    def write_again(self, numbers: Iterable[int]) -> None:
        """Write new contents that may be there already, in part."""
        again = list(numbers)
        there = set(self._root.names(JOURNAL)) if again else ()
        for number in again:
            for path in (staged(number), replaced(number)):
                if path.removeprefix(f"{JOURNAL}/") in there:
                    self._root.unlink(path)
            self._write(number)

    def settle(self) -> None:
        """Make durable what was written."""
        if not self._is_durable:
            self._root.sync_all()

    def _write(self, number: int) -> None:
        put = self._puts[number]
        data = self._contents[put.path]
        assert isinstance(data, bytes)
        status = self._root.stat(put.path) if put.old is not None else None
        if status is None:
            self._root.create(staged(number), data, durable=self._is_durable)
            return
        mode, owner = stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid)
        self._root.create(staged(number), data, mode=mode, owner=owner, durable=self._is_durable)
        self._root.keep(put.path, replaced(number))
