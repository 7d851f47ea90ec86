"""Any edits on both sides, any order of runs, outages anywhere: nothing is lost, invented or echoed, and all converges.

What people typed last in a field is on at least one side at every moment; where a side wins, unless that side changed
the field too, and then its value is there. No field ever holds what nobody typed for it, and once the conflicts are
decided, both sides are the same. The long campaign: `make two-ways`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from netbox_models import Json
from netbox_two_sides import TwoSides

from fgd_sync.model.report import FabricReport

NAMES = ("a", "b", "c", "d")
FIELDS = ("subnet", "vlan", "isolated", "restricted", "label")
GONE = "gone"
SIDES = {"git": "netbox", "netbox": "git"}
MANNERS = (
    ("ask", "push"),
    ("git-wins", "pull-request"),
    ("netbox-wins", "push"),
    ("ask", "pull-request"),
    ("git-wins", "push"),
    ("netbox-wins", "pull-request"),
)
"""`pull.conflicts` and `pull.mode` of the campaigns, in turn."""

Fields = dict[str, Any]
Rows = dict[str, Fields]


def flat(row: Json) -> Fields:
    """The fields of a resource that people edit."""
    main, labels = row["spec"]["subnets"]["main"], row.get("labels") or {}
    return {**{name: main.get(name) for name in FIELDS[:-1]}, "label": labels.get("x")}


@dataclass
class Moment:
    """What a run found: what either side had, and what both had when a run last saw both."""

    git: Rows
    netbox: Rows
    base: Rows

    def has_changed(self, side: str, name: str, key: str) -> bool:
        """Whether a side had changed a field, or deleted what it is in."""
        row = getattr(self, side).get(name)
        if row is None:
            return name in self.base
        return bool(row[key] != self.base.get(name, dict.fromkeys(FIELDS))[key])


@dataclass
class People:
    """Those who edit, and what they typed: for each field all values, and the last one."""

    sides: TwoSides
    random: random.Random
    policy: str
    typed: dict[tuple[str, str], set[Any]] = field(default_factory=dict)
    last: Rows = field(default_factory=dict)
    agreed: Rows = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    numbers: int = 0
    outages: float = 0.0

    @property
    def winner(self) -> str:
        return "" if self.policy == "ask" else self.policy.partition("-")[0]

    def rows(self, side: str) -> Rows:
        found = self.sides.bodies() if side == "git" else self.sides.rows()
        return {name: flat(row) for name, row in found.items()}

    def moment(self) -> Moment:
        base = {name: flat(row) for name, row in self.sides.agreed().items()}
        return Moment(self.rows("git"), self.rows("netbox"), base)

    # What they do.

    def edit(self) -> None:
        """Somebody changes one thing on one side."""
        name, side = self.random.choice(NAMES), self.random.choice(tuple(SIDES))
        here, kind = self.rows(side), self.random.random()
        free = [item for item in NAMES if item not in here]
        if name not in here:
            fresh = {**dict.fromkeys(FIELDS), **self._number()}
            self._note_made(side, name, fresh)
            self.put(side, name, fresh)
        elif kind < 0.1:
            self._note_deleted(side, name)
            self.put(side, name, None)
        elif kind < 0.2 and free:
            self._rename(side, name, self.random.choice(free))
        else:
            self._change(side, name, here[name])

    def _rename(self, side: str, name: str, new: str) -> None:
        fields = self.rows(side)[name]
        self._note_made(side, new, fields)
        self._note_deleted(side, name)
        if side == "netbox":
            self.sides.rename(name, new)
        else:
            self.put(side, new, fields)
            self.put(side, name, None)

    def _change(self, side: str, name: str, here: Fields) -> None:
        key = self.random.choice(FIELDS[1:])
        values: dict[str, list[Any]] = {"isolated": [True, None], "restricted": [True, None], "label": ["p", "q", None]}
        value = self._number()[key] if key == "vlan" else self.random.choice(values[key])
        self.typed.setdefault((name, key), set()).add(value)
        known = {known: value for known, value in self.last.get(name, {}).items() if known != GONE}
        self.last[name] = {**known, key: value} if value != here[key] else known
        self.put(side, name, {**here, key: value})

    def _number(self) -> Fields:
        """Never the same twice, so that what is typed is always a change."""
        self.numbers += 1
        return {"subnet": f"10.{self.numbers}.1.0/24", "vlan": 1000 + self.numbers}

    def put(self, side: str, name: str, fields: Fields | None) -> None:
        """Write, or delete, a resource."""
        write = self.sides.write if side == "git" else self.sides.edit
        if fields is None:
            write(name, None)
        else:
            main = {key: fields[key] for key in FIELDS[:-1] if fields[key] is not None}
            write(name, {"subnets": {"main": main}}, labels={"x": fields["label"]} if fields["label"] else {})

    def _note_made(self, side: str, name: str, fields: Fields) -> None:
        for key, value in fields.items():
            self.typed.setdefault((name, key), set()).add(value)
        is_new = name not in self.rows(SIDES[side])
        self.last[name] = {key: value for key, value in fields.items() if is_new or value is not None}

    def _note_deleted(self, side: str, name: str) -> None:
        """Nothing is to be seen of it any more; but what the other side made anew by itself stays."""
        other = self.rows(SIDES[side]).get(name)
        is_agreed = name in self.met or name in self.sides.agreed()
        self.last[name] = {GONE: True} if other is None or is_agreed else other

    def decide(self) -> None:
        """Somebody looks at what is proposed: merges it, refuses it, or leaves it for another day."""
        proposed = self.sides.proposed
        for number in proposed.open:
            wish = self.random.choice((proposed.merge, proposed.merge, proposed.close, None))
            before = self.rows("git")
            if wish:
                wish(number)
            self._note_merged(before)

    def _note_merged(self, before: Rows) -> None:
        """Who merges a change gives up what was in its place."""
        git, netbox = self.rows("git"), self.rows("netbox")
        for name in [name for name in self.last if git.get(name) != before.get(name)]:
            there = [rows[name] for rows in (git, netbox) if name in rows]
            kept = {key: value for key, value in self.last[name].items() if any(row.get(key) == value for row in there)}
            self.last[name] = kept if there else {GONE: True}

    # What holds after every run.

    def check(self, before: Moment) -> None:
        """Nothing that people typed is lost, and nothing is there that nobody typed."""
        now = self.moment()
        for name in NAMES:
            there = [rows[name] for rows in (now.git, now.netbox) if name in rows]
            for key, value in ((key, value) for row in there for key, value in row.items()):
                assert value in self.typed[name, key], f"{name}.{key}: nobody typed {value!r}"
            known = self.agreed.get(name, {})
            self._see(name, there)
            if GONE in self.last.get(name, {}):
                self._check_gone(name, len(there) == 2, before)
            else:
                self._check_last(name, there, known, before)

    def _see(self, name: str, there: list[Fields]) -> None:
        """Take note of what both sides have alike."""
        if not there:
            self.agreed.pop(name, None)
            self.met.discard(name)
        elif len(there) == 2:
            one, two = there
            both = {key: value for key, value in one.items() if two[key] == value}
            self.agreed[name] = {**self.agreed.get(name, {}), **both}
            self.met |= {name} if one == two else set()

    def _check_gone(self, name: str, is_back: bool, before: Moment) -> None:
        if is_back and self.winner and any(before.has_changed(self.winner, name, key) for key in FIELDS):
            del self.last[name]
            return
        assert not is_back or self.outages, f"{name} was deleted, and is back on both sides"

    def _check_last(self, name: str, there: list[Fields], known: Fields, before: Moment) -> None:
        """A value that is as in the base is no change, whatever was typed and taken back while NetBox was away."""
        for key, value in list(self.last.get(name, {}).items()):
            unseen = self.outages and before.base.get(name, {}).get(key) == value
            values = [row[key] for row in there]
            if unseen or (key in known and known[key] == value):
                del self.last[name][key]
            elif value not in values:
                assert self.winner, f"{name}.{key}: {value!r} is lost, there is {values}"
                won = getattr(before, self.winner).get(name, {}).get(key, GONE)
                assert before.has_changed(self.winner, name, key), f"{name}.{key}: {value!r} lost to {won!r} of before"
                assert values == [] if won == GONE else won in values, f"{name}.{key}: {won!r} won, there is {values}"
                del self.last[name][key]


def failing(chance: float, dice: random.Random) -> Callable[[int, str, str], str]:
    def fault(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        return dice.choice(("before", "after")) if dice.random() < chance else ""

    return fault


def run(people: People, pull: bool) -> FabricReport:
    return people.sides.pull() if pull else people.sides.sync()


def calm(people: People, *pulls: bool) -> None:
    """Runs that nothing disturbs; what they propose is merged."""
    for pull in pulls:
        report = run(people, pull)
        assert report.failure is None, report.failure.message
        for number in people.sides.proposed.open if pull else ():
            assert people.sides.proposed.merge(number)


def converge(people: People) -> None:
    """People decide what is open, by writing the same on both sides; then all is the same on both."""
    sides = people.sides
    sides.fault = lambda *_: ""
    calm(people, False, True, False)
    for name in NAMES:
        there = {side: people.rows(side).get(name) for side in SIDES}
        if there["git"] != there["netbox"]:
            for side in [side for side in SIDES if there[side] or there["netbox"]]:
                people.put(side, name, there["netbox"])
    calm(people, True, False, True)
    tip = sides.tip
    sides.writes()
    assert people.rows("git") == people.rows("netbox")
    calm(people, True, False, True)
    assert sides.tip == tip, "an echo in git"
    assert not sides.writes(), "an echo in NetBox"


def campaign(seed: int, steps: int) -> None:
    dice = random.Random(seed)
    policy, mode = MANNERS[(seed + seed // 1000) % len(MANNERS)]
    people = People(TwoSides(policy, mode), dice, policy, outages=dice.choice((0.0, 0.02, 0.1)))
    for _ in range(steps):
        for _ in range(dice.randrange(1, 4)):
            people.edit()
        people.decide()
        before, people.sides.fault = people.moment(), failing(people.outages, dice)
        run(people, dice.random() < 0.5)
        people.check(before)
    converge(people)


@pytest.mark.parametrize("seed", range(3))
def test_two_sides_and_no_edit_lost(seed: int, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--campaign") == "long"
    for number in range(100 if long else 1):
        campaign(seed + 1000 * number, 40 if long else 10)
