"""The benchmark measures what it says, and its page is ready to take what it measured."""

import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))

from bench_report import BEGIN, END, table, write_into  # noqa: E402
from bench_steps import Content, Shape  # noqa: E402

from bench import measure, shapes_for  # noqa: E402 (the path is set above)

PAGE = ROOT / "docs" / "performance.md"


def figures(check: float, memory: int = 90) -> dict[str, Any]:
    """Figures of a fabric of the size that has goals, and of one ten times as large."""
    steps = {
        "kubeconform": {"wall": 1.0, "cpu": 1.5, "memory_mb": 30, "wall_ratio": 1.0, "cpu_ratio": 1.0},
        "check": {"wall": check, "cpu": 2.0, "memory_mb": memory, "wall_ratio": check, "cpu_ratio": 1.3},
    }
    more = {name: {**step, "wall": step["wall"] * 12, "memory_mb": 1600} for name, step in steps.items()}
    return {
        "machine": {"cores": "2 cores"},
        "start_up": {},
        "shapes": [
            {"resources": 10_000, "per_file": 1, "content": "clean", "steps": steps},
            {"resources": 100_000, "per_file": 1, "content": "clean", "steps": more},
        ],
    }


def test_a_fabric_is_measured_and_its_figures_are_put_into_the_page(tmp_path: Path) -> None:
    found = measure(Shape(3, 1), 1, "", names=["check"], folder=tmp_path)
    assert found["steps"]["check"]["cpu"] > 0
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text())
    write_into(page, {"machine": {"cores": "2 cores"}, "start_up": {}, "shapes": [found]})
    written = page.read_text()
    assert "| 3 resources, one to a file |" in written
    assert written.partition(BEGIN)[0] == PAGE.read_text().partition(BEGIN)[0]
    assert written.partition(END)[2] == PAGE.read_text().partition(END)[2]


@pytest.mark.parametrize(
    ("check", "verdict"), [(0.5, "met, and the aim"), (0.9, "met"), (1.25, "missed by 25 %")], ids=str
)
def test_a_figure_stands_beside_its_goal(check: float, verdict: str) -> None:
    (row, *_) = (line for line in table(figures(check)).splitlines() if line.startswith("  check"))
    assert row.endswith(f"must / aim 1 / 0.6: {verdict}")


def test_growth_and_memory_of_the_largest_fabric_have_goals() -> None:
    shown = table(figures(1.0))
    assert "memory must / aim 1536: missed by 4 %" in shown
    assert "must / aim 11: missed by 9 %" in shown


def test_every_kind_of_content_is_measured_at_the_size_that_has_goals() -> None:
    shapes = shapes_for([100, 10_000, 100_000], [1, 100], None)
    assert {shape.content for shape in shapes if shape.resources == 10_000} == set(Content)
    assert {shape.content for shape in shapes if shape.resources != 10_000} == {Content.CLEAN}
