"""The figures of the benchmark for people: each beside its goal, as text and as the tables of a page of Markdown.

Takes what `bench` measured, which is also what its JSON holds. Wall clocks are compared with kubeconform's in the same
round; a page shows nothing but such ratios, which say the same on any machine, and memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_steps import REFERENCES, START_UP, STEPS, Content, Shape

Figures = dict[str, Any]

GOAL_SIZE = 10_000
BEGIN, END = "<!-- measured: make bench -->", "<!-- end of what was measured -->"


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that a figure may be, and what is aimed at."""

    must: float
    aim: float | None = None

    def verdict(self, figure: float) -> str:
        """Whether a figure is good enough."""
        if self.aim is not None and figure <= self.aim:
            return "met, and the aim"
        return "met" if figure <= self.must else f"missed by {figure / self.must - 1:.0%}".replace("%", " %")

    def __str__(self) -> str:
        """Both numbers."""
        return f"{self.must:g} / {self.aim:g}" if self.aim is not None else f"{self.must:g}"


GOALS = {
    "check": Goal(1.0, 0.6),
    "check, schemas only": Goal(0.7, 0.4),
    "sync from raw": Goal(1.0, 0.7),
    "sync, without a cache": Goal(0.8, 0.5),
    "check, nothing changed": Goal(0.06, 0.04),
    "sync, nothing changed": Goal(0.06, 0.04),
    "check, one file changed": Goal(0.12, 0.06),
    "sync, one file changed": Goal(0.12, 0.06),
}
"""Of the wall clock of a step as a ratio to kubeconform's, on two cores, for fabrics of the goal's size without errors."""
HELP = "fgd --help, over Python"
START_UP_GOALS = {HELP: Goal(60, 30), "check, 100 resources": Goal(250)}
"""Milliseconds; of the help those over what Python takes by itself."""
GROWTH_GOAL = Goal(11)
"""How much longer ten times as many resources may take, from the goal's size on."""
MEMORY_GOAL = Goal(1536)
"""MB for a hundred thousand resources."""
MEMORY_SIZE = 100_000


def shape_of(found: Figures) -> Shape:
    """The shape that figures are of."""
    return Shape(found["resources"], found["per_file"], Content(found["content"]))


def table(figures: Figures) -> str:
    """All figures as text."""
    lines = [", ".join(figures["machine"].values()), *_start_up_rows(figures)]
    for found in figures["shapes"]:
        shape = shape_of(found)
        lines += ["", str(shape), *(_row(name, step, shape) for name, step in found["steps"].items())]
    for growth in _growths(figures["shapes"]):
        rows = (
            f"  {name:<24}{factor:7.1f}     {_goal(growth.goal, factor)}" for name, factor in growth.factors.items()
        )
        lines += ["", f"times as long for {growth}", *rows]
    return "\n".join(line.rstrip() for line in lines)


def _start_up_rows(figures: Figures) -> Iterator[str]:
    if figures["start_up"]:
        yield from ("", START_UP)
        for name, ms in _start_up(figures):
            yield f"  {name:<24}{ms:7.0f} ms  {_goal(START_UP_GOALS.get(name), ms)}"


def _row(name: str, step: Figures, shape: Shape) -> str:
    row = f"  {name:<24}{step['wall']:9.3f} s{step['cpu']:9.3f} s CPU{step['memory_mb']:6.0f} MB"
    if "wall_ratio" in step and name not in REFERENCES:
        row += f"{step['wall_ratio']:7.2f} x{step['cpu_ratio']:7.2f} x CPU   {_goal(_goal_of(name, shape), step['wall_ratio'])}"
    if shape.resources == MEMORY_SIZE and name not in REFERENCES:
        row += f"   memory {_goal(MEMORY_GOAL, step['memory_mb'])}"
    return row


def _goal(goal: Goal | None, figure: float) -> str:
    return f"must / aim {goal}: {goal.verdict(figure)}" if goal else ""


def _goal_of(name: str, shape: Shape) -> Goal | None:
    is_meant = shape.resources == GOAL_SIZE and shape.content is not Content.ERRORS
    return GOALS.get(name) if is_meant else None


def _start_up(figures: Figures) -> Iterator[tuple[str, float]]:
    """Milliseconds of each command; those of the help without Python's."""
    found = {name: step["wall"] * 1000 for name, step in figures["start_up"].items()}
    for name, took in found.items():
        yield (HELP, took - found["python"]) if name == "fgd --help" else (name, took)


@dataclass(frozen=True, slots=True)
class Growth:
    """How much longer each step takes for ten times as many resources."""

    size: int
    per_file: int
    factors: dict[str, float]

    @property
    def most(self) -> float:
        """The greatest factor of ours."""
        return max((number for name, number in self.factors.items() if name not in REFERENCES), default=0)

    @property
    def goal(self) -> Goal | None:
        """What the factors may be."""
        return GROWTH_GOAL if self.size >= GOAL_SIZE else None

    def __str__(self) -> str:
        """The sizes in words."""
        files = "one to a file" if self.per_file == 1 else f"{self.per_file} to a file"
        return f"{self.size * 10:,} resources as for {self.size:,}, {files}"


def _growths(shapes: list[Figures]) -> Iterator[Growth]:
    """For each shape of clean files of which there is one ten times as large."""
    clean = {shape: found["steps"] for found in shapes if (shape := shape_of(found)).content is Content.CLEAN}
    for shape, steps in sorted(clean.items(), key=lambda item: (item[0].per_file, item[0].resources)):
        bigger = clean.get(Shape(shape.resources * 10, shape.per_file))
        if bigger:
            factors = {name: bigger[name]["wall"] / step["wall"] for name, step in steps.items()}
            yield Growth(shape.resources, shape.per_file, factors)


def write_into(page: Path, figures: Figures) -> None:
    """Put the tables into the page, in place of what stands between the two marks."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{markdown(figures)}\n{END}{after}")


def markdown(figures: Figures) -> str:
    """The tables of the page."""
    tables = (_goal_tables, _start_up_table, _ratio_table, _memory_table, _growth_table)
    head = f"Measured on: {', '.join(figures['machine'].values())}.\n"
    return "\n".join([head, *(text for make in tables for text in make(figures))])


def _goal_tables(figures: Figures) -> Iterator[str]:
    """For each shape that has goals: time beside them."""
    for found in figures["shapes"]:
        shape = shape_of(found)
        judged = [
            (name, step["wall_ratio"], step["cpu_ratio"], goal)
            for name, step in found["steps"].items()
            if "wall_ratio" in step and (goal := _goal_of(name, shape))
        ]
        rows = [
            (name, f"**{wall:.2f}**", f"{cpu:.2f}", str(goal), goal.verdict(wall)) for name, wall, cpu, goal in judged
        ]
        if rows:
            yield _grid((str(shape), "times kubeconform", "CPU", "must / aim", ""), rows)


def _start_up_table(figures: Figures) -> Iterator[str]:
    rows = [(name, f"{ms:.0f}", *_beside(START_UP_GOALS.get(name), ms)) for name, ms in _start_up(figures)]
    if rows:
        yield _grid((START_UP, "ms", "must / aim", ""), rows)


def _beside(goal: Goal | None, figure: float) -> tuple[str, str]:
    return (str(goal), goal.verdict(figure)) if goal else ("", "")


def _ratio_table(figures: Figures) -> Iterator[str]:
    """Time as a ratio to kubeconform of every shape."""
    names = [name for name in STEPS if "wall_ratio" in figures["shapes"][0]["steps"].get(name, {})]
    if names:
        rows = [
            (str(shape_of(found)), *(f"{found['steps'][name]['wall_ratio']:.2f}" for name in names))
            for found in figures["shapes"]
        ]
        yield _grid(("times kubeconform", *names), rows)


def _memory_table(figures: Figures) -> Iterator[str]:
    names = list(figures["shapes"][0]["steps"])
    rows = []
    for found in figures["shapes"]:
        used = {name: found["steps"][name]["memory_mb"] for name in names}
        most = max((number for name, number in used.items() if name not in REFERENCES), default=0)
        goal = MEMORY_GOAL if found["resources"] == MEMORY_SIZE else None
        rows.append((str(shape_of(found)), *map(str, used.values()), *_beside(goal, most)))
    yield _grid(("peak memory, MB", *names, "must", ""), rows)


def _growth_table(figures: Figures) -> Iterator[str]:
    growths = list(_growths(figures["shapes"]))
    if growths:
        names = list(growths[0].factors)
        rows = [
            (str(item), *(f"{factor:.1f}" for factor in item.factors.values()), *_beside(item.goal, item.most))
            for item in growths
        ]
        yield _grid(("times as long", *names, "must", ""), rows)


def _grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
