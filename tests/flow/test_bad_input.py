"""What goes wrong outside of YAML: a clear finding or failure with its code and remedy, and nothing lost or half written."""

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import Run, server, tree_of

Write = Callable[[str, str | bytes], Path]


def test_a_path_that_is_not_there(run: Run) -> None:
    done = run("sync", "nowhere")
    assert done.status == 4
    assert "FGD_2001" in done.err
    assert "what to do" in done.err


def test_a_file_in_place_of_a_directory(run: Run, write: Write) -> None:
    write("north", "a file")
    done = run("check", "north")
    assert done.status == 4
    assert "fgd process" in done.err


def test_a_folder_of_a_fabric_does_not_become_a_fabric(run: Run, write: Write, tmp_path: Path) -> None:
    run("init", "north")
    write("north/raw/a.yaml", server("server-01"))
    before = tree_of(tmp_path)
    done = run("sync", "north/raw")
    assert done.status == 4
    assert "north/raw lies in the fabric directory north" in done.err
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize(("content", "code"), [
    (b"\x7fELF\x02\x01\x00\x00", "FGD_1001"),
    ("name: caf\xe9\n".encode("latin-1"), "FGD_1001"),
    ("a: 1\n".encode("utf-16"), "FGD_1001"),
    (b"a: " + b"x" * (11 * 1024 * 1024), "FGD_1007"),
    (b"[" * 100_000, "FGD_1007"),
    (b"---\na: 1\n" * 1200, "FGD_1008"),
    (b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n)] * 10)) for n in range(1, 10)), "FGD_1007"),
], ids=["binary", "latin-1", "utf-16", "11 MB", "deep nesting", "many documents", "alias bomb"])  # fmt: skip
def test_content_that_cannot_be_used_is_set_aside(
    content: bytes, code: str, run: Run, write: Write, tmp_path: Path
) -> None:
    write("north/raw/odd.yaml", content)
    write("north/raw/fine.yaml", server("server-01"))
    begin = time.monotonic()
    done = run("sync", "north")
    assert time.monotonic() - begin < 10
    assert done.status == 1
    assert code in done.out
    assert (tmp_path / "north/unmanaged/odd.yaml").read_bytes() == content
    assert (tmp_path / "north/managed/servers/server-01.yaml").is_file()


def test_a_file_of_50_mb_is_set_aside_unread(run: Run, tmp_path: Path) -> None:
    big = tmp_path / "north/raw/big.yaml"
    big.parent.mkdir(parents=True)
    with big.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    done = run("sync", "north")
    assert done.status == 1
    assert "FGD_1007" in done.out
    assert (tmp_path / "north/unmanaged/big.yaml").stat().st_size == 50 * 1024 * 1024


def test_links_are_never_followed(run: Run, write: Write, tmp_path: Path) -> None:
    outside = write("outside.yaml", server("stolen"))
    (tmp_path / "north/raw").mkdir(parents=True)
    (tmp_path / "north/raw/link.yaml").symlink_to(outside)
    (tmp_path / "north/managed").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "north/managed/servers").symlink_to(tmp_path / "elsewhere")
    write("north/raw/own.yaml", server("server-01"))
    done = run("sync", "north")
    assert done.status == 1
    assert "FGD_1009" in done.out
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert outside.read_text() == server("stolen")
    assert (tmp_path / "north/raw/own.yaml").is_file(), "what has no place waits where it is"
    assert not list((tmp_path / "north").rglob("stolen.yaml"))


def test_a_name_in_another_encoding_is_left_where_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    path = os.fsencode(tmp_path / "north/raw") + b"/caf\xe9.yaml"
    with open(path, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(server("server-01").encode())
    done = run("sync", "north")
    assert done.status == 1
    assert "caf\\xe9.yaml" in done.out
    assert "Rename it" in done.out
    assert os.path.exists(path)  # noqa: PTH110 - a path of bytes


def test_a_directory_named_like_a_file(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/x.yaml/inner.yaml", server("server-01"))
    (tmp_path / "north/managed/servers/server-02.yaml").mkdir(parents=True)
    write("north/raw/two.yaml", server("server-02"))
    done = run("sync", "north")
    assert done.status == 1
    assert (tmp_path / "north/managed/servers/server-01.yaml").is_file()
    assert "server-02 has no place" in done.out
    assert (tmp_path / "north/raw/two.yaml").is_file()


def test_special_files_are_named_and_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    os.mkfifo(tmp_path / "north/raw/pipe.yaml")
    done = run("sync", "north")
    assert done.status == 1
    assert "neither a file nor a directory" in done.out


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Act as a user who owns nothing; `folder` and what leads to it may be entered."""
    if os.geteuid() != 0:
        pytest.skip("only root can act as somebody else")
    for path in (folder, *folder.parents):
        path.chmod(path.stat().st_mode | 0o005)
    user, groups = pwd.getpwnam("nobody"), os.getgroups()
    os.setgroups([])
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def test_a_directory_that_may_not_be_written(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("server-01"))
    write("other/raw/a.yaml", server("server-01"))
    run("sync", "other")
    before = tree_of(tmp_path)
    with as_nobody(tmp_path):
        assert run("check", "north").status == 0
        done = run("sync", "north")
    assert done.status == 4
    assert "FGD_2002" in done.out
    assert tree_of(tmp_path) == before


def test_a_file_that_may_not_be_read(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/secret.yaml", server("server-01")).chmod(0o600)
    write("north/raw/bad.yaml", "a: [")
    run("check", "north")
    with as_nobody(tmp_path):
        done = run("check", "north")
    assert done.status == 1
    assert "FGD_2002" in done.out
    assert "secret.yaml" in done.out


def test_a_run_that_finds_another_at_work_waits_and_says_who(run: Run, write: Write, tmp_path: Path) -> None:
    write("fgd_config.yaml", "fgd:\n  sync:\n    lock_timeout: 1\n")
    write("north/raw/a.yaml", server("server-01"))
    code = "import fcntl, os, sys, time; fcntl.flock(os.open('north', os.O_RDONLY), fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        done = run("sync", "north")
        holder.kill()
    assert done.status == 5
    assert "FGD_3001" in done.out
    assert str(holder.pid) in done.out
    assert run("sync", "north").status == 0


def test_many_runs_at_once_do_the_work_once(write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", "---\n".join(server(f"server-{number}") for number in range(50)))
    command = [sys.executable, "-m", "fgd_sync.cli", "sync", "north"]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(4)
    ]
    outputs = [one.communicate()[0] for one in runs]
    assert [one.returncode for one in runs] == [0] * 4, outputs
    assert sum("+ created" in text for text in outputs) == 1
    assert len(list((tmp_path / "north/managed/servers").glob("*.yaml"))) == 50
    assert (tmp_path / "north/.hnp/archive-log.yaml").read_text().count("source: raw/a.yaml") == 1


def test_an_interrupted_reader_of_the_output_is_no_fault(tmp_path: Path, write: Write) -> None:
    write("north/raw/a.yaml", "---\n".join(server(f"server-{number}") for number in range(3000)))
    command = f"{sys.executable} -m fgd_sync.cli plan north | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
