"""Which resources may be examined differently after some changed, and which rules have to look at them again.

Takes what is remembered of all and what was read of those that changed. Reads nothing, and names rather too many.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from fgd_sync.fabric.index import key_of, names_key
from fgd_sync.model.resource import Ref
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.resting import Resting
from fgd_sync.rules.forms import FORM_TELLS
from fgd_sync.rules.registry import Part

_NONE = frozenset[str]()

All = Callable[[str, str], Iterable[Ref]]
"""Gives the resources that a rule is for, which consults some kind."""


class Concerned:
    """What concerns whom: `new` are the resources that were read, `gone` those that stood in files that changed."""

    def __init__(self, known: Resting, new: Mapping[Ref, Candidate], gone: set[Ref]) -> None:
        self._known, self._new, self._gone = known, new, gone
        self._touched = gone | new.keys()
        self._silent = {kind: FORM_TELLS[kind] for kind in {ref.kind for ref in self._touched} if self._is_alike(kind)}

    def parts(self, all_for: All) -> dict[Ref, Part | None]:
        """The resources, each with the rules that have to look; None: all. `all_for`: the resources a rule is for."""
        wanted: dict[Ref, set[str]] = defaultdict(set)
        for ref, rule in (*self._asked(all_for), *self._found):
            wanted[ref].add(rule)
        parts = {ref: Part(rules, self._known.findings.get(ref, ())) for ref, rules in wanted.items()}
        return {**parts, **{ref: None for ref in self._touched if ref.kind not in self._silent}}

    def _asked(self, all_for: All) -> Iterator[tuple[Ref, str]]:
        """Who consulted what changed, by which rule."""
        uses, kinds = self._known.uses, self._kinds
        for touched in self._touched:
            for ref, rule in uses.points.get(key_of(touched), ()):
                if rule not in self._silent.get(touched.kind, _NONE):
                    yield ref, rule
        for (kind, rule), refs in uses.kinds.items():
            if kind in kinds and rule not in self._silent.get(kind, _NONE):
                yield from ((ref, rule) for ref in (all_for(rule, kind) if refs is None else refs))

    @property
    def _kinds(self) -> set[str]:
        """The kinds of which a resource changed, came or went, by the keys under which that is noted."""
        are_there = {ref for ref, item in self._new.items() if item.is_usable}
        come_or_gone = are_there ^ (self._gone - self._known.unread)
        return {ref.kind for ref in self._touched} | {names_key(ref.kind) for ref in come_or_gone}

    def _is_alike(self, kind: str) -> bool:
        """Whether all that changed of a kind was there before and has the form that it had."""
        forms = self._known.forms
        if kind not in FORM_TELLS or forms is None:
            return False
        new = {ref: item for ref, item in self._new.items() if ref.kind == kind}
        were_there = {ref for ref in self._gone if ref.kind == kind}
        if new.keys() != were_there or not all(item.is_usable for item in new.values()):
            return False
        return forms.have(kind, [item.resource for item in new.values()])

    @property
    def _found(self) -> Iterator[tuple[Ref, str]]:
        """What else was found in what changed or on its account: the words, or the places, may be others now."""
        silent = frozenset[str]().union(*self._silent.values())
        for ref, findings in self._known.findings.items() if silent else ():
            for item in findings:
                near = {ref, *(pointer.ref for pointer in item.related)}
                if item.rule in silent and not near.isdisjoint(self._touched):
                    yield ref, item.rule
