from pathlib import Path

import pytest

from fgd_sync.adapters.json_lines import JsonLinesFile
from fgd_sync.adapters.report_files import open_report, write_report
from fgd_sync.model.code import UNSAFE_PATH
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError


def test_a_report_is_written_with_its_folders(tmp_path: Path) -> None:
    write_report(tmp_path, "a/b/report.json", "{}")
    assert (tmp_path / "a/b/report.json").read_text() == "{}"


@pytest.mark.parametrize("target", ["../outside", ".git", ".git/hooks"])
def test_no_report_is_written_through_a_link_out_of_the_workspace_or_into_git(tmp_path: Path, target: str) -> None:
    root = tmp_path / "root"
    (root / ".git/hooks").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to(target)
    with pytest.raises(FgdError) as caught:
        write_report(root, "out/report.json", "{}")
    assert caught.value.code is UNSAFE_PATH
    assert not list(tmp_path.rglob("report.json"))


def test_a_report_does_not_replace_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "report.json").symlink_to("kept")
    with pytest.raises(FgdError):
        write_report(tmp_path, "report.json", "{}")
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_disk_that_is_full_is_told_in_words() -> None:
    with pytest.raises(FgdError, match="disk is full"):
        write_report(Path("/dev"), "full", "{}")
    with pytest.raises(FgdError, match="disk is full"), open_report(Path("/dev"), "full") as stream:
        stream.write("{}")


def test_a_file_of_events_on_a_full_disk_can_be_closed() -> None:
    event = Event("1", EventType.SYNC_STARTED, "2026-01-01T00:00:00Z", "north", None, "c", {}, {})
    with JsonLinesFile(Path("/dev/full")) as file, pytest.raises(FgdError, match="disk is full"):
        file.deliver(event)
