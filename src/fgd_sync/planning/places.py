"""Lines and columns, looked up only for findings: routes become positions, with the source line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from fgd_sync.model.diagnostic import Diagnostic, Related, sort_key, with_location
from fgd_sync.model.location import Location, Position, Route
from fgd_sync.model.secrets import blotted, blotted_text, texts_of
from fgd_sync.model.value import replace
from fgd_sync.planning.options import Options
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.locate import Spot, locate
from fgd_sync.yamldoc.parse import parse_some

if TYPE_CHECKING:
    from fgd_sync.planning.read import Reading

_Key = tuple[str, int]


def with_positions(
    diagnostics: Iterable[Diagnostic],
    files: Mapping[str, bytes],
    options: Options,
    readings: Mapping[str, "Reading"] = MappingProxyType({}),
) -> tuple[Diagnostic, ...]:
    """The findings in order of presentation, each location with its position and source line, and no secret shown.

    Those that were `placed` already stay as they are. `readings`: what is known of files.
    """
    items = list(diagnostics)
    left = [item for item in items if not _is_placed(item)]
    spots = _spots(_wanted(left), files, options, readings)
    paths = {place.path for item in left for place in _places(item)}
    there = {path: files[path] for path in paths if path in files}
    harmless = {path for path in there if path in readings and readings[path].is_harmless}
    lines = {path: _lines(data if path in harmless else blotted(data)) for path, data in there.items()}
    secrets = {path: texts_of(data) for path, data in there.items() if path not in harmless}
    found = (item if _is_placed(item) else _without(_placed(item, spots, lines), secrets) for item in items)
    return tuple(sorted(found, key=sort_key))


def _is_placed(item: Diagnostic) -> bool:
    return all(place.excerpt for place in _places(item))


def placed(path: str, data: bytes, documents: Iterable[Document], found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings of a file without secrets, placed while its documents are at hand."""
    wanted = _wanted(found)
    places = {(path, document.index): document for document in documents if not document.problem}
    spots = {key: locate(places[key], routes) for key, routes in wanted.items() if key in places}
    lines = {path: _lines(data)}
    return [_placed(item, spots, lines) for item in found]


def _wanted(items: Iterable[Diagnostic]) -> dict[_Key, set[Route]]:
    """The routes that are to be looked up, by document."""
    wanted: dict[_Key, set[Route]] = defaultdict(set)
    for item in items:
        for place in _places(item):
            if place.document is not None and place.position is None:
                wanted[place.path, place.document].add(place.route)
    return wanted


def _without(item: Diagnostic, secrets: Mapping[str, tuple[str, ...]]) -> Diagnostic:
    """The finding without the secrets of the files that it is about, should its words repeat one."""
    known = tuple(text for place in _places(item) for text in secrets.get(place.path, ()))
    if not known:
        return item
    related = tuple(Related(blotted_text(other.message, known), other.location) for other in item.related)
    message, remedy = blotted_text(item.message, known), blotted_text(item.remedy, known)
    return replace(item, message=message, remedy=remedy, related=related)


def _places(item: Diagnostic) -> tuple[Location, ...]:
    return (item.location, *(other.location for other in item.related))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")


def _spots(
    wanted: Mapping[_Key, set[Route]], files: Mapping[str, bytes], options: Options, readings: Mapping[str, "Reading"]
) -> dict[_Key, dict[Route, Spot]]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for path, number in wanted:
        numbers[path].add(number)
    found: dict[_Key, dict[Route, Spot]] = {}
    for path in sorted(numbers):
        starts = readings[path].starts if path in readings else ()
        for document in parse_some(files[path], starts, numbers[path], options.reading_limits):
            if not document.problem:
                found[path, document.index] = locate(document, wanted[path, document.index])
    return found


def _placed(item: Diagnostic, spots: Mapping[_Key, dict[Route, Spot]], lines: Mapping[str, list[str]]) -> Diagnostic:
    related = tuple(Related(other.message, _located(other.location, spots, lines)) for other in item.related)
    return with_location(item, _located(item.location, spots, lines), related)


def _located(place: Location, spots: Mapping[_Key, dict[Route, Spot]], lines: Mapping[str, list[str]]) -> Location:
    position = place.position or _position(place, spots)
    text = lines.get(place.path, [])
    line = text[position.line - 1] if position and position.line <= len(text) else ""
    return replace(place, position=position, excerpt=line.removesuffix("\r"))


def _position(place: Location, spots: Mapping[_Key, dict[Route, Spot]]) -> Position | None:
    if place.document is None:
        return None
    spot = spots.get((place.path, place.document), {}).get(place.route)
    if spot is None:
        return None
    return spot.key if place.at_key else spot.value
