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
    edits: int = 0
    renamed: int = 0

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
            fields = self._fresh(name)
        elif self.random.random() < 0.15:
            self._put(side, name, None)
            self.last[name] = {GONE: True}
            return
        else:
            fields = {**flat(there), **self._one_field(name)}
        self.last[name] = (
            {**self.last.get(name, {}), **{key: fields[key] for key in fields}}
            if there is None
            else {
                **{key: value for key, value in self.last.get(name, {}).items() if key != GONE},
                **{key: fields[key] for key in fields if fields[key] != flat(there)[key]},
            }
        )
        if there is None:
            self.last[name] = dict(fields)
        self._put(side, name, fields)

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
        return 1100 + 100 * NAMES.index(name) + self.random.randrange(100)

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

    def check(self) -> None:
        """Nothing that people typed is lost, and nothing is there that nobody typed."""
        for name in NAMES:
            git, netbox = self.in_git(name), self.in_netbox(name)
            for body in (git, netbox):
                for key, value in flat(body).items():
                    assert value in self.typed[name, key], f"{name}.{key}: nobody typed {value!r}"
            last = self.last.get(name, {})
            if GONE in last:
                assert git is None or netbox is None, f"{name} was deleted, and is back on both sides"
                continue
            for key, value in last.items():
                there = [flat(body)[key] for body in (git, netbox) if body is not None]
                assert value in there, f"{name}.{key}: {value!r} is lost, there is {there}"


def failing(chance: float, dice: random.Random) -> Callable[[int, str, str], str]:
    def fault(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        return dice.choice(("before", "after")) if dice.random() < chance else ""

    return fault


def run(people: People, pull: bool) -> FabricReport:
    sides, tip = people.sides, people.sides.tip
    report = sides.pull() if pull else sides.sync()
    if not pull:
        assert sides.tip == tip, "a sync of files that are in order changes none"
    return report


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
    sides = TwoSides(dice.choice(("ask",)))
    people = People(sides, dice)
    outages = dice.choice((0.0, 0.02, 0.1))
    for _ in range(steps):
        for _ in range(dice.randrange(1, 4)):
            people.edit()
        sides.fault = failing(outages, dice)
        run(people, dice.random() < 0.5)
        people.check()
    converge(people)


@pytest.mark.parametrize("seed", range(3))
def test_two_sides_and_no_edit_lost(seed: int, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--campaign") == "long"
    for number in range(200 if long else 1):
        campaign(seed + 1000 * number, 40 if long else 12)
