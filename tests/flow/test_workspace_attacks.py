"""What lies in a workspace can be made to harm: names, links, devices, bombs. A sync ends soon, and harms nothing."""

import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from commands import Run, server, tree_of

Write = Callable[[str, str | bytes], Path]

NAMES = [
    *(
        "CON",
        "nul.",
        "aux ",
        "a:b",
        "a\\b",
        "a*?<>|",
        "-rf",
        "--help",
        "$(touch pwned)",
        "`touch pwned`",
        "%00",
        "~",
        "a\nb",
    ),
    *(
        "\x1b[2J",
        "::error::x",
        "\u202egnp",
        "git~1",
        ".GIT",
        ".git ",
        ".git.",
        ".gitmodules",
        ".gitattributes",
        ".Git\u200cignore",
    ),
    *("x" * 250, "é" * 125, "Web", "web", "WEB", unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")),
]


def test_files_of_any_name_are_taken_in_or_named_and_harm_nothing(run: Run, write: Write, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        write(f"north/raw/{name}.yaml"[: 10 + 255], server(f"server-{number}"))
        write(f"north/raw/d{number}/{name}/x.yaml", server(f"deep-{number}"))
    done = run("sync", "north")
    assert done.status in (0, 1), done.err
    assert "Traceback" not in done.err
    managed = {path.stem for path in (tmp_path / "north/managed/servers").glob("*.yaml")}
    hidden = {number for number, name in enumerate(NAMES) if name.startswith(".")}
    assert {f"server-{number}" for number in range(len(NAMES))} - managed <= {f"server-{number}" for number in hidden}
    assert not list(tmp_path.rglob("pwned"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["north"]
    before = tree_of(tmp_path)
    run("sync", "north")
    assert tree_of(tmp_path) == before, "a second sync changes nothing"


def test_names_that_are_one_on_another_system_do_not_meet_in_managed(run: Run, write: Write, tmp_path: Path) -> None:
    for folder, name in (("a", "Web"), ("b", "web"), ("c", "caf\u00e9"), ("d", "cafe\u0301")):
        write(f"north/raw/{folder}.yaml", server(f'"{name}"'))
    run("sync", "north")
    managed = [path.name for path in (tmp_path / "north/managed/servers").glob("*.yaml")]
    assert managed == ["web.yaml"], "names of resources are in small letters of ASCII, so no two are one file"
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    folded = [unicodedata.normalize("NFC", path).casefold() for path in paths]
    assert len(set(folded)) == len(paths)


def test_a_path_as_long_and_deep_as_the_system_allows(run: Run, tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for name in ("north", "raw", *["d" * 200] * 30, *["e"] * 90):
        os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    with os.fdopen(os.open("x.yaml", os.O_CREAT | os.O_WRONLY, dir_fd=folder), "w") as file:
        file.write(server("server-1"))
    os.close(folder)
    done = run("check", "north")
    assert done.status == 1
    assert "FGD_2002" in done.out
    subprocess.run(["rm", "-rf", "north"], cwd=tmp_path, check=True)


def test_devices_pipes_sockets_and_holes_are_not_read(run: Run, write: Write, tmp_path: Path) -> None:
    raw = tmp_path / "north/raw"
    write("north/raw/fine.yaml", server("server-1"))
    os.mkfifo(raw / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(raw / "socket.yaml"))
        if os.geteuid() == 0:
            os.mknod(raw / "zero.yaml", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        with (raw / "huge.yaml").open("wb") as file:
            file.truncate(1 << 40)
        begin = time.monotonic()
        done = run("sync", "north")
        assert time.monotonic() - begin < 20
    assert "pipe.yaml" in done.out
    assert "socket.yaml" in done.out
    assert "FGD_1007" in done.out
    assert (tmp_path / "north/managed/servers/server-1.yaml").is_file()


def test_a_second_name_of_a_file_elsewhere_is_not_written_through(run: Run, write: Write, tmp_path: Path) -> None:
    outside = write("outside.yaml", server("server-1", "   outside"))
    (tmp_path / "north/managed/servers").mkdir(parents=True)
    os.link(outside, tmp_path / "north/managed/servers/server-1.yaml")
    done = run("sync", "north")
    assert done.status == 0, done.out
    assert outside.read_text() == server("server-1", "   outside")
    assert (tmp_path / "north/managed/servers/server-1.yaml").read_text() != outside.read_text()


def test_links_anywhere_lead_nowhere(run: Run, write: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text(server("stolen"))
    run("init", "north")
    write("north/raw/a.yaml", server("server-1"))
    links = {
        "raw/loop.yaml": "loop.yaml",
        "raw/dangling.yaml": "/nowhere/x.yaml",
        "raw/absolute": os.fspath(outside),
        "raw/up.yaml": "../../outside/x.yaml",
        "unmanaged/out": os.fspath(outside),
        "managed/vpcs/web.yaml": os.fspath(outside / "web.yaml"),
        ".hnp/schemas": os.fspath(outside),
        ".hnp/.journal": os.fspath(outside),
    }
    for path, target in links.items():
        (tmp_path / "north" / path).symlink_to(target)
    before = tree_of(outside)
    done = run("sync", "north")
    assert "Traceback" not in done.err
    assert tree_of(outside) == before
    assert not list((tmp_path / "north").rglob("stolen.yaml"))


def test_a_folder_swapped_for_a_link_while_a_sync_is_at_work_leads_nowhere(run: Run, tmp_path: Path) -> None:
    """The swap comes at all sorts of moments; nothing is ever written outside."""
    run("init", "north")
    servers, aside, outside = tmp_path / "north/managed/servers", tmp_path / "aside", tmp_path / "outside"
    outside.mkdir()
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            servers.rename(aside)
            servers.symlink_to(outside)
            time.sleep(0.0005)
            servers.unlink()
            try:
                aside.rename(servers)
            except OSError:  # A sync made the folder anew in between.
                shutil.rmtree(aside)
            time.sleep(0.0005)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(6):
            (tmp_path / f"north/raw/{number}.yaml").write_text(server(f"server-{number}"))
            done = run("sync", "north")
            assert "Traceback" not in done.err
    finally:
        ended.set()
        swapper.join()
    assert list(outside.iterdir()) == []


BOMBS: dict[str, bytes] = {
    "laughs": b"a0: &a0 [x,x]\n" + b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
    "merges": b"a0: &a0 {x: 1}\n"
    + b"".join(b"a%d: &a%d {<<: [*a%d,*a%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
    "brackets": b"[" * 30_000,
    "braces in blocks": b"".join(b" " * n + b"a:\n" for n in range(1000)),
    "dashes": b"- " * 30_000,
    "questions": b"? " * 30_000,
    "keys": b"".join(b"k%d: 1\n" % n for n in range(60_000)),
    "digits": b"a: " + b"9" * 100_000 + b"\nb: 0x" + b"f" * 100_000 + b"\nc: 0b" + b"1" * 100_000,
    "exponents": b"a: 1e999999999\nb: -1e-999999999\nc: 1e" + b"9" * 10_000,
    "line": b"a: '" + b"x" * 900_000 + b"'",
    "spaces": b"a: x" + b" " * 900_000 + b"y",
    "comments": b"#" * 900_000 + b"\n" + b"# x\n" * 20_000 + b"a: 1",
    "colons": b"a" + b": " * 100_000,
    "quotes": b"'" * 300_000,
    "escapes": b'a: "' + b"\\u0041" * 100_000 + b'"',
    "markers": b"---\n" * 100_000,
    "placeholders": b"a: {" + b"{{ {x} " * 50_000,
    "anchors": b"".join(b"a%d: &x%d 1\n" % (n, n) for n in range(30_000)),
    "null bytes": b"a: \0\0\0",
    "marks": b"\xef\xbb\xbf" * 1000 + b"a: 1",
    "utf-16": "a: 1\n".encode("utf-16"),
    "surrogates": b"a: \xed\xa0\x80",
    "secrets": b"password: " * 50_000 + b"a://" * 50_000 + b"eyJ" * 50_000,
    "numbers in keys": b"apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s\n  annotations:\n"
    + b"".join(b'    ? "a%d%b"\n    : x\n' % (n, b"1" * 90_000) for n in range(1, 9)),
    "keys without end": b"-----BEGIN " + b"PRIVATE KEY-----\n" + b"-----BEGIN " * 50_000,
}


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


def test_bombs_cost_little_time_and_memory_and_are_kept(write: Write, tmp_path: Path) -> None:
    """All of them in one sync, in a process that may take two gigabytes and half a minute."""
    for name, data in BOMBS.items():
        write(f"north/raw/{name}.yaml", data)
    command = [sys.executable, "-m", "fgd_sync.cli", "sync", "north"]
    done = subprocess.run(command, cwd=tmp_path, preexec_fn=_limited, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    for name, data in BOMBS.items():
        kept = [path for path in tmp_path.rglob(f"{name}.yaml*") if path.is_file()]
        assert [path.read_bytes() for path in kept] == [data], name
