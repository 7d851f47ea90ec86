"""A document under change: values are copied when first written to, and comments follow the values they belong to.

Takes a document and its comments, both shared with others; gives changed ones and leaves the originals as they were.
Patterns name places in many documents: `spec.subnets.*.dhcp` (every key), `spec.ranges[]` (every item).
"""

from collections.abc import Iterable
from typing import Any

from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.outline import Outline
from fgd_sync.yamldoc.remarks import Notes, comments_of

Pattern = tuple[str, ...]
ANY_KEY, ANY_ITEM = "*", "[]"
_WILDCARDS = frozenset({ANY_KEY, ANY_ITEM})


def pattern(text: str) -> Pattern:
    """Read a pattern such as `spec.subnets.*.dhcp.options` or `spec.gateway.links[].spine`."""
    return tuple(text.replace("[]", ".[]").split("."))


def find(body: Any, places: Pattern) -> list[Route]:
    """Every route of a document that a pattern names, in the order of the document."""
    found: list[Route] = []
    _find(body, places, (), found)
    return found


def _find(value: Any, places: Pattern, route: Route, found: list[Route]) -> None:
    for depth in range(len(route), len(places)):
        step = places[depth]
        if step in _WILDCARDS:
            for key, item in _entries(value, step):
                _find(item, places, (*route, key), found)
            return
        if type(value) is not dict or step not in value:
            return
        value, route = value[step], (*route, step)
    found.append(route)


def fill(places: Pattern, route: Route) -> Route:
    """The route that a pattern names when its wildcards stand for the same keys as at the same depth of `route`."""
    return tuple(route[depth] if step in _WILDCARDS else step for depth, step in enumerate(places))


def _entries(holder: Any, step: str) -> Iterable[tuple[str | int, Any]]:
    if step == ANY_KEY:
        return holder.items() if type(holder) is dict else ()
    return enumerate(holder) if type(holder) is list else ()


class Draft:
    """A document that is being changed. `body` and `notes` are the current state; do not write to them directly.

    `outline`: the outline of the document, where it is known.
    """

    __slots__ = ("_comments_copied", "_copies", "_moves", "_outline", "_source", "body", "notes")

    def __init__(self, body: JsonObject, notes: Notes, outline: Outline | None = None) -> None:
        self.body = self._source = body
        self._outline = outline
        self.notes = notes
        self._copies: dict[int, Any] = {}
        self._comments_copied = False
        self._moves: list[tuple[Route, Route]] = []

    @property
    def comments(self) -> Comments | None:
        """The comments of the current state."""
        return comments_of(self.notes)

    def find(self, places: Pattern) -> list[Route]:
        """Every route of the document that a pattern names, in its order. It is shared: do not change it."""
        if self._outline is None or self.body is not self._source:
            return find(self.body, places)
        return self._outline.once(find, places)

    def get(self, route: Route) -> Any:
        """The value at a route; None if there is none."""
        value: Any = self.body
        for step in route:
            if type(value) is dict:
                value = value.get(step)
            elif type(value) is list and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def takes(self, route: Route) -> bool:
        """Whether a value can be put at a route that does not exist: what is there on the way must be mappings."""
        value: Any = self.body
        for step in route:
            if type(value) is list and isinstance(step, int) and step < len(value):
                value = value[step]
            elif type(value) is not dict:
                return False
            elif step in value:
                value = value[step]
            else:
                return True
        return False

    def put(self, route: Route, value: Any) -> None:
        """Write a value; mappings on the way to it are made."""
        holder = self._writable(())
        for step in route[:-1]:
            holder = self._step_into(holder, step)
        holder[route[-1]] = value

    def remove(self, route: Route) -> None:
        """Take a key out of its mapping. Its comments move above the entry that held it (root: to the foot)."""
        del self._writable(route[:-1])[route[-1]]
        parent = self._comments_at(route[:-1], route[-1])
        if parent is None:
            return
        if len(route) == 1:
            parent.below = (*parent.below, *parent.children.pop(route[0]).texts())
        else:
            parent.lift(route[-1])

    def move(self, old: Route, new: Route) -> None:
        """Move an entry of a mapping to a route that `takes` it, comments and all."""
        value = self.get(old)
        del self._writable(old[:-1])[old[-1]]
        self.put(new, value)
        self.move_comments(old, new)
        self._moves.append((old, new))

    def move_comments(self, old: Route, new: Route) -> None:
        """Let the comments at `old`, and inside it, stand at `new`."""
        parent = self._comments_at(old[:-1], old[-1])
        target = self.comments
        if parent is None or target is None:
            return
        gone = parent.children.pop(old[-1])
        for step in new:
            target = target.child(step)
        _merge(target, gone)

    def rename_keys(self, route: Route, names: dict[str, str]) -> None:
        """Rename keys of a mapping, which keeps its order. No new name may be one of its other keys."""
        holder = self._writable(route)
        entries = [(names.get(key, key), value) for key, value in holder.items()]
        holder.clear()
        holder.update(entries)
        for old, new in names.items():
            self.move_comments((*route, old), (*route, new))

    def reorder(self, route: Route, order: list[int]) -> None:
        """Reorder a list: its new item i is the old item order[i]."""
        items = self._writable(route)
        items[:] = [items[index] for index in order]
        node = self._comments_at(route)
        if node is not None:
            node.reorder(order)

    def source(self, route: Route) -> Route:
        """Where a route of the current state led before anything was moved."""
        for old, new in reversed(self._moves):
            if route[: len(new)] == new:
                route = (*old, *route[len(new) :])
        return route

    def _writable(self, route: Route) -> Any:
        self.body = holder = self._copied(self.body)
        for step in route:
            holder[step] = self._copied(holder[step])
            holder = holder[step]
        return holder

    def _copied(self, value: Any) -> Any:
        if id(value) in self._copies:
            return value
        copy = value.copy()
        self._copies[id(copy)] = copy
        return copy

    def _step_into(self, holder: Any, step: str | int) -> Any:
        missing = type(holder) is dict and step not in holder
        holder[step] = self._copied({} if missing else holder[step])
        return holder[step]

    def _comments_at(self, route: Route, *inside: str | int) -> Comments | None:
        node = self.comments
        if node is None or not _exists(node, (*route, *inside)):
            return None
        if not self._comments_copied:
            self.notes, self._comments_copied = node.copy(), True
            node = self.notes
        for step in route:
            node = node.children[step]
        return node


def _exists(node: Comments, route: Route) -> bool:
    for step in route:
        if step not in node.children:
            return False
        node = node.children[step]
    return True


def _merge(target: Comments, gone: Comments) -> None:
    both = target.after and gone.after
    target.above = (*target.above, *gone.above, *((gone.after,) if both else ()))
    target.after = target.after or gone.after
    target.below = (*target.below, *gone.below)
    for step, child in gone.children.items():
        if step in target.children:
            _merge(target.children[step], child)
        else:
            target.children[step] = child
