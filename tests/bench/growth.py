"""Whether anything takes more than its share of time where there is four times as much of it: run by `make growth`.

Looks at the examples of all rules, multiplied in every way: copies of each resource, copies of all of them, and every list
and mapping of a resource made long. Then at fabrics of odd shapes. Prints what grows faster than it should, and ends with
status 1 if anything does. The garbage collector rests meanwhile, as it does in `fgd`.
"""

import gc
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from bench_steps import COLD, FGD
from fabric_maker import documents

from fgd_sync.adapters.packaged import load
from fgd_sync.fabric.index import Index
from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.rules.registry import RULES, Context, Rule, Scope, run_all_local, run_fabric
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "rules"))

from test_examples import SURROUNDINGS, resource_of, settings_of, severities_for

Body = dict[str, Any]
Made = Callable[[int], list[Body]]
Work = Callable[[int], Callable[[], object]]

FEW, TIMES, MOST = 150, 4, 9.0
"""So many copies at first, then so many times more; that may take so many times longer."""
_SHORT = 0.02
"""Seconds that say nothing: what is over sooner with all the copies is not looked at."""

CATALOGUE = Catalogue(load)


def seconds(work: Callable[[], object]) -> float:
    """Processor time of some work, in seconds; the better of two tries."""
    found = []
    for _ in range(2):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def factor(work: Work) -> float:
    """How many times longer it takes with more of it; 0 where it is too short to tell."""
    much = seconds(work(FEW * TIMES))
    return much / max(seconds(work(FEW)), _SHORT / TIMES) if much > _SHORT else 0


def examples(rule: Rule) -> Iterator[tuple[list[Body], Context]]:
    """The resources of a rule's bad and of its good example, with the settings that they are checked by."""
    for text in (rule.bad, rule.good):
        bodies = [body for body in yaml.load_all(text, yaml.CSafeLoader) if body]
        settings = bodies.pop(0)["fgd"]["fabric"] if "fgd" in bodies[0] else {}
        yield bodies, Context(settings_of({"gateway": True, **settings}), severities_for(rule))


def copies(bodies: list[Body]) -> Iterator[tuple[str, Made]]:
    """Ways to have more resources: all of them under new names that fit together, or more of one."""
    names = sorted({body["metadata"]["name"] for body in bodies} - {"default"}, key=len, reverse=True)
    word = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names) or "(?!)")

    def renamed(body: Body, number: int) -> Body:
        again: Body = json.loads(word.sub(lambda found: f"{found[0]}-{number}", json.dumps(body)))
        return again

    yield "all of them", lambda count: [renamed(body, number) for number in range(count) for body in bodies]
    for at, body in enumerate(bodies):
        rest, name = [*bodies[:at], *bodies[at + 1 :]], body["metadata"]["name"]

        def more(count: int, body: Body = body, rest: list[Body] = rest, name: str = name) -> list[Body]:
            others = [{**body, "metadata": {**body["metadata"], "name": f"{name}-{at}"}} for at in range(1, count)]
            return [body, *rest, *others]

        yield f"more {body['kind']}s like {name}", more


def holders(value: Any, route: tuple[Any, ...] = ("spec",)) -> Iterator[tuple[Any, ...]]:
    """The routes of all lists and mappings that are not empty."""
    if value and isinstance(value, dict | list):
        yield route
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from holders(inner, (*route, key))


def lengthened(body: Body, route: tuple[Any, ...], count: int) -> Body:
    """A resource in which one list or mapping has many entries."""
    body = deepcopy(body)
    holder: Any = body
    for step in route[:-1]:
        holder = holder[step]
    old = holder[route[-1]]
    if isinstance(old, list):
        holder[route[-1]] = [old[number % len(old)] for number in range(count)]
    else:
        known = list(old.items())
        cycle = (known[number % len(known)] for number in range(count))
        holder[route[-1]] = old | {f"{key}{number}": value for number, (key, value) in enumerate(cycle)}
    return body


def of_many() -> Iterator[tuple[str, float]]:
    """How fabrics with many resources grow that are examples of rules on several."""
    for rule in RULES.values():
        for bodies, context in examples(rule) if rule.scope is Scope.FABRIC else ():
            for words, made in copies(bodies):
                yield f"{rule.id}: {words}", factor(_examined(made, context))


def of_long() -> Iterator[tuple[str, float]]:
    """How resources grow in which something is long, each place once."""
    seen = set()
    for rule in RULES.values():
        for bodies, context in examples(rule):
            for at, body in enumerate(bodies):
                for route in holders(body.get("spec")):
                    place = (body["kind"], *("*" if isinstance(step, int) else step for step in route))
                    if place not in seen:
                        seen.add(place)
                        yield f"{rule.id}: {'.'.join(place)}", factor(_looked_at(bodies, at, route, context))


def _examined(made: Made, context: Context) -> Work:
    def work(count: int) -> Callable[[], object]:
        index = Index([*SURROUNDINGS, *(resource_of(body, number) for number, body in enumerate(made(count)))])
        return lambda: run_fabric(index, context)

    return work


def _looked_at(bodies: list[Body], at: int, route: tuple[Any, ...], context: Context) -> Work:
    def work(count: int) -> Callable[[], object]:
        bodies_now = [*bodies[:at], lengthened(bodies[at], route, count), *bodies[at + 1 :]]
        resources = [resource_of(body, number) for number, body in enumerate(bodies_now)]
        one = resources[at]

        def all_of_it() -> None:
            check(CATALOGUE, KIND_BY_ID[one.ref.group, one.ref.kind], one.body)
            run_all_local(one, context)
            run_fabric(Index([*SURROUNDINGS, *resources]), context)

        return all_of_it

    return work


SHAPES: dict[str, Callable[[int], dict[str, str]]] = {
    "one file": lambda count: {"raw/all.yaml": "---\n".join(documents(count))},
    "one file of errors": lambda count: {
        "raw/all.yaml": "---\n".join(f"{text}  odd: 1\n" for text in documents(count))
    },
    "files of errors": lambda count: _files(f"{text}  odd: 1\n" for text in documents(count)),
    "files that are no YAML": lambda count: _files(f"{text} odd: [\n" for text in documents(count)),
    "files of another kind": lambda count: _files(text.replace("kind: ", "kind: X") for text in documents(count)),
    "empty files": lambda count: _files("" for _ in range(count)),
    "files of comments": lambda count: _files("# nothing\n" for _ in range(count)),
    "one resource in every file": lambda count: _files(next(documents(1)) for _ in range(count)),
    "one name in every file": lambda count: _files(
        f"{next(documents(1))}  - 172.16.{at}.0/24\n" for at in range(count)
    ),
}
"""The files of a fabric with so many of something, by path."""


def _files(texts: Iterator[str]) -> dict[str, str]:
    return {f"raw/{number:06d}.yaml": text for number, text in enumerate(texts)}


def of_shapes() -> Iterator[tuple[str, float]]:
    """How checks and syncs of fabrics of odd shapes grow, in processor time over that of a small one."""
    for words, shape in SHAPES.items():
        for command in ("check", "sync"):
            first, few, much = (_run(command, shape(count)) for count in (1, 1000, 1000 * TIMES))
            yield f"{command}: {words}", (much - first) / max(few - first, 0.05)


def _run(command: str, files: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, "north", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        Path(folder, "fgd_config.yaml").write_text("fgd: {ingestion: {max_documents_per_file: 1000000}}\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*FGD, command, "north", *COLD], cwd=folder, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr.decode())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print what grows too fast."""
    gc.disable()
    looked_at, too_fast = 0, 0
    for part in (of_long, of_many, of_shapes):
        for words, grown in part():
            looked_at += 1
            if grown > MOST:
                too_fast += 1
                print(f"{words}: takes {grown:.1f} times as long for {TIMES} times as much")
            gc.collect()
    print(f"looked at {looked_at}; {too_fast} take more than {MOST:g} times as long for {TIMES} times as much")
    return int(too_fast > 0)


if __name__ == "__main__":
    sys.exit(main())
