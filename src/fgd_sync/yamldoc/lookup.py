"""Routes to characters of one document's text, through aliases and merges. Loaded with PyYAML on first use."""

from collections.abc import Iterator

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.events import events_of
from fgd_sync.yamldoc.layout import Entry, Layout
from fgd_sync.yamldoc.read import readable


class Lookup:
    """The entries of one document that was read without a problem."""

    def __init__(self, core: str) -> None:
        text = readable(core)
        self._root = Layout(events_of(text), text).root

    def find(self, route: Route) -> tuple[int, int]:
        """The characters where the key and the value of the deepest existing entry of a route begin."""
        entry = self._root
        for step in route:
            inner = _child(entry, step)
            if inner is None:
                break
            entry = inner
        key = entry.value if entry.parent is None or isinstance(entry.step, int) else entry.start
        return key, entry.value


def _child(entry: Entry, step: str | int) -> Entry | None:
    holder = entry.alias or entry
    found = holder.children.get(step)
    if found is not None:
        return found
    for source in _sources(holder):
        found = _child(source, step)
        if found is not None:
            return found
    return None


def _sources(entry: Entry) -> Iterator[Entry]:
    """The mappings that an entry's merge keys bring in."""
    for merge in entry.merges:
        is_list = merge.alias is None and 0 in merge.children
        yield from merge.children.values() if is_list else (merge,)
