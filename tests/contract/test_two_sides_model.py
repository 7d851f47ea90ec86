"""Any edits on both sides, any order of runs, outages anywhere: nothing is lost, invented or echoed, and all converges.

What people typed last in a field is on at least one side at every moment; no field ever holds what nobody typed for it;
a commit of a pull takes at least one edit; and once the conflicts are decided, both sides are the same. The long
campaign: `make two-ways`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from netbox_models import Json
from netbox_two_sides import TwoSides, spec

from fgd_sync.model.report import FabricReport

NAMES = ("a", "b", "c", "d")
FIELDS = ("vlan", "isolated", "restricted", "label")
GONE = "gone"


def flat(row: Json | None) -> dict[str, Any]:
    """The fields of a resource that people edit."""
    if row is None:
        return {}
    main = row["spec"]["subnets"]["main"]
    labels = row.get("labels") or {}
    return {"label": labels.get("x"), **{name: main.get(name) for name in ("vlan", "isolated", "restricted")}}


@dataclass
class People:
    """Those who edit, and what they typed: for each field all values, and the last one."""

    sides: TwoSides
    random: random.Random
    typed: dict[tuple[str, str], set[Any]] = field(default_factory=dict)
    last: dict[str, dict[str, Any]] = field(default_factory=dict)
    agreed: dict[str, dict[str, Any]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    edits: int = 0
    vlans: int = 0
    outages: float = 0.0

    def in_git(self, name: str) -> Json | None:
        return self.sides.bodies().get(name)

    def in_netbox(self, name: str) -> Json | None:
        row = self.sides.rows().get(name)
        return row and {"spec": row["spec"], "labels": row["labels"]}

    def edit(self) -> None:
        """Somebody changes one thing on one side."""
        name, side = self.random.choice(NAMES), self.random.choice(("git", "netbox"))
        there = self.in_git(name) if side == "git" else self.in_netbox(name)
        self.edits += 1
        if there is None:
            fields, other = self._fresh(name), self.in_netbox(name) if side == "git" else self.in_git(name)
            self.last[name] = fields if other is None else {"vlan": fields["vlan"]}
            self._put(side, name, fields)
        elif self.random.random() < 0.15:
            self._put(side, name, None)
            self.last[name] = self._left(name, side)
        else:
            change = self._one_field(name)
            known = {key: value for key, value in self.last.get(name, {}).items() if key != GONE}
            new = {key: value for key, value in change.items() if value != flat(there)[key]}
            self.last[name] = {**known, **new}
            self._put(side, name, {**flat(there), **change})

    def _left(self, name: str, side: str) -> dict[str, Any]:
        """What is to be seen of a resource that was deleted on one side: nothing; else what the other side made anew."""
        other = self.in_netbox(name) if side == "git" else self.in_git(name)
        return {GONE: True} if other is None or name in self.met else flat(other)

    def _fresh(self, name: str) -> dict[str, Any]:
        fields = dict.fromkeys(FIELDS) | {"vlan": self._vlan(name)}
        for key, value in fields.items():
            self.typed.setdefault((name, key), set()).add(value)
        return fields

    def _one_field(self, name: str) -> dict[str, Any]:
        key = self.random.choice(FIELDS)
        values: dict[str, list[Any]] = {"isolated": [True, None], "restricted": [True, None], "label": ["p", "q", None]}
        value = self._vlan(name) if key == "vlan" else self.random.choice(values[key])
        self.typed.setdefault((name, key), set()).add(value)
        return {key: value}

    def _vlan(self, name: str) -> int:
        """Never the same twice, so that what is typed is always a change."""
        self.vlans += 1
        return 1000 + 400 * NAMES.index(name) + self.vlans

    def _put(self, side: str, name: str, fields: dict[str, Any] | None) -> None:
        if fields is None:
            (self.sides.write if side == "git" else self.sides.edit)(name, None)
            return
        inner = {key: fields[key] for key in ("vlan", "isolated", "restricted") if fields[key] is not None}
        content = spec(10 + NAMES.index(name), **inner)
        labels = {"x": fields["label"]} if fields["label"] else {}
        if side == "git":
            self.sides.write(name, content, labels=labels)
        else:
            self.sides.edit(name, content, labels=labels)

    def check(self, base: dict[str, Json]) -> None:
        """Nothing that people typed is lost, and nothing is there that nobody typed.

        A value that is as in `base`, where both sides were last seen side by side, is no change, whatever was typed and
        taken back while NetBox was away.
        """
        for name in NAMES:
            git, netbox = self.in_git(name), self.in_netbox(name)
            for body in (git, netbox):
                for key, value in flat(body).items():
                    assert value in self.typed[name, key], f"{name}.{key}: nobody typed {value!r}"
            last = self.last.get(name, {})
            known = self.agreed.get(name, {})
            if git is None and netbox is None:
                self.agreed.pop(name, None)
                self.met.discard(name)
            elif git is not None and netbox is not None:
                both = {key: value for key, value in flat(git).items() if flat(netbox)[key] == value}
                self.agreed[name] = {**known, **both}
                self.met |= {name} if flat(git) == flat(netbox) else set()
            if GONE in last:
                back = git is not None and netbox is not None
                assert not back or self.outages, f"{name} was deleted, and is back on both sides"
                continue
            for key, value in list(last.items()):
                unseen = self.outages and name in base and flat(base[name])[key] == value
                if unseen or (key in known and known[key] == value):  # What is as it was agreed on is no edit.
                    del last[key]
                    continue
                there = [flat(body)[key] for body in (git, netbox) if body is not None]
                assert value in there, f"{name}.{key}: {value!r} is lost, there is {there}"


def failing(chance: float, dice: random.Random) -> Callable[[int, str, str], str]:
    def fault(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        return dice.choice(("before", "after")) if dice.random() < chance else ""

    return fault


def run(people: People, pull: bool) -> FabricReport:
    return people.sides.pull() if pull else people.sides.sync()


def converge(people: People) -> None:
    """People decide what is open, by writing the same on both sides; then all is the same on both."""
    sides = people.sides
    sides.fault = lambda *_: ""
    for pull in (False, True, False):
        report = run(people, pull)
        assert report.failure is None, report.failure.message
    for name in NAMES:
        git, netbox = people.in_git(name), people.in_netbox(name)
        if (git is None) != (netbox is None) or flat(git) != flat(netbox):
            chosen = flat(netbox) or None
            for side, there in (("git", git), ("netbox", netbox)):
                if chosen or there:
                    people._put(side, name, chosen)
    for pull in (True, False, True):
        assert run(people, pull).failure is None
    tip = sides.tip
    sides.writes()
    for name in NAMES:
        assert flat(people.in_git(name)) == flat(people.in_netbox(name))
    for pull in (True, False, True):
        assert run(people, pull).failure is None
    assert sides.tip == tip, "an echo in git"
    assert not sides.writes(), "an echo in NetBox"


def campaign(seed: int, steps: int) -> None:
    dice = random.Random(seed)
    sides = TwoSides("ask")
    people = People(sides, dice, outages=dice.choice((0.0, 0.02, 0.1)))
    for _ in range(steps):
        for _ in range(dice.randrange(1, 4)):
            people.edit()
        base, sides.fault = sides.agreed(), failing(people.outages, dice)
        run(people, dice.random() < 0.5)
        people.check(base)
    converge(people)


@pytest.mark.parametrize("seed", range(3))
def test_two_sides_and_no_edit_lost(seed: int, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--campaign") == "long"
    for number in range(100 if long else 1):
        campaign(seed + 1000 * number, 40 if long else 10)
