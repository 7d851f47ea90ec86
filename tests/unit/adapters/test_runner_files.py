import re
from pathlib import Path

from fgd_sync.adapters.runner_files import SUMMARY_LIMIT, RunnerFiles


def entries(path: Path) -> dict[str, str]:
    """What the runner reads from a file: `name<<end`, lines, `end`."""
    text, found = path.read_text(), {}
    while text:
        head = re.match(r"([^=<]+)<<(\S+)\n", text)
        assert head, f"the runner would fail the step at: {text[:40]!r}"
        body, text = text[head.end() :].split(f"\n{head[2]}\n", 1)
        found[head[1]] = body
    return found


def test_a_value_cannot_end_its_entry_or_begin_another(tmp_path: Path) -> None:
    files = RunnerFiles({"GITHUB_OUTPUT": str(tmp_path / "out")})
    hostile = "x\nend_0\nEOF\nstate<<EOF\nfailed\nEOF\n"
    files.output("report", hostile)
    files.output("state", "completed")
    assert entries(tmp_path / "out") == {"report": hostile, "state": "completed"}


def test_each_entry_ends_otherwise(tmp_path: Path) -> None:
    files = RunnerFiles({"GITHUB_STATE": str(tmp_path / "state")})
    files.state("a", "1")
    files.state("b", "")
    ends = re.findall(r"<<(\S+)", (tmp_path / "state").read_text())
    assert len(set(ends)) == 2
    assert entries(tmp_path / "state") == {"a": "1", "b": ""}


def test_a_runner_that_names_no_file_gets_nothing(tmp_path: Path) -> None:
    files = RunnerFiles({})
    files.output("changed", "true")
    files.state("lock", "x")
    files.summary("# done")
    assert files.room == 0
    assert not list(tmp_path.iterdir())


def test_a_summary_that_github_would_drop_is_not_added(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    files = RunnerFiles({"GITHUB_STEP_SUMMARY": str(path)})
    files.summary("x" * (SUMMARY_LIMIT - 10))
    assert files.room == 10
    files.summary("y" * 10)
    assert "y" not in path.read_text()


def test_bytes_that_are_no_text_do_not_break_a_file(tmp_path: Path) -> None:
    files = RunnerFiles({"GITHUB_OUTPUT": str(tmp_path / "out")})
    files.output("report", "caf\udce9")
    assert entries(tmp_path / "out") == {"report": "caf?"}
