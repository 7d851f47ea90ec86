import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from fgd_sync.adapters import git_command, signals
from fgd_sync.adapters.checkout import checked_out
from fgd_sync.adapters.child_output import LAST_WORDS
from fgd_sync.adapters.git_command import Git
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.scratch import temporary_folder
from fgd_sync.adapters.signals import interruptible
from fgd_sync.adapters.work_tree import work_tree
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError, Interruption
from fgd_sync.model.value import replace
from git_world import commit, git, new

SLOW = "!echo $$ > pid; sleep 30 & echo $! >> pid; wait"
"""An alias that writes the ids of its processes and then takes its time."""


@pytest.fixture
def slow(tmp_path: Path) -> Git:
    git(tmp_path, "init", "-q")
    return Git(tmp_path, (("alias.slow", SLOW),))


def pids(directory: Path) -> list[int]:
    return [int(line) for line in (directory / "pid").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def assert_all_ended(directory: Path) -> None:
    found = pids(directory)
    end = time.monotonic() + 2
    while any(map(is_alive, found)) and time.monotonic() < end:
        time.sleep(0.01)
    assert len(found) == 2
    assert not any(map(is_alive, found))


def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(slow: Git) -> None:
    with pytest.raises(FgdError, match=r"`git slow` took longer than 0\.3 s") as caught:
        slow.within(0.3).run("slow")
    assert caught.value.code is code.SYNC_FAILED
    assert_all_ended(slow.directory)


def test_what_comes_in_pieces_is_ended_where_the_next_one_takes_too_long(slow: Git) -> None:
    with pytest.raises(FgdError, match=r"`git slow` took longer than 0\.3 s"):
        list(slow.within(0.3).pieces("slow"))
    assert_all_ended(slow.directory)


def test_what_comes_in_pieces_is_ended_where_nobody_wants_more(slow: Git) -> None:
    pieces = replace(slow, settings=(("alias.slow", f"!echo one; {SLOW[1:]}"),)).pieces("slow")
    assert next(pieces) == b"one\n"
    while not (slow.directory / "pid").exists() or len(pids(slow.directory)) < 2:
        time.sleep(0.01)
    pieces.close()
    assert_all_ended(slow.directory)


def test_what_comes_in_pieces_ends_with_the_words_of_git_where_it_fails(tmp_path: Path) -> None:
    with pytest.raises(FgdError, match="`git cat-file` failed: fatal: not a git repository"):
        list(Git(tmp_path).pieces("cat-file", "--batch"))


def test_a_signal_ends_the_command(slow: Git) -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    start = time.monotonic()
    with pytest.raises(FgdError) as caught, interruptible(0):
        slow.run("slow")
    assert caught.value.code is code.SYNC_CANCELLED
    assert time.monotonic() - start < 2
    assert_all_ended(slow.directory)


def test_commands_of_other_threads_end_with_the_time_to_clean_up(slow: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "CLEAN_UP", 0.1)
    failures: list[FgdError] = []

    def work() -> None:
        try:
            slow.run("slow")
        except FgdError as failure:
            failures.append(failure)

    thread = threading.Thread(target=work)
    start = time.monotonic()
    with interruptible(0):
        thread.start()
        while not (slow.directory / "pid").exists() or len(pids(slow.directory)) < 2:
            time.sleep(0.01)
        with pytest.raises(Interruption):
            os.kill(os.getpid(), signal.SIGINT)
        thread.join()
    assert time.monotonic() - start < 3
    assert [failure.code for failure in failures] == [code.SYNC_FAILED]
    assert_all_ended(slow.directory)


def test_much_in_and_much_out_at_once(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    content = b"x" * 100_000
    blob = git(tmp_path, "hash-object", "-w", "--stdin", data=content)
    output = Git(tmp_path).run("cat-file", "--batch", data=f"{blob}\n".encode() * 300)
    assert output.count(content) == 300


def test_a_command_that_is_long_at_work_on_much_that_it_is_given(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    slow = Git(tmp_path, (("alias.slow", "!sleep 0.5; wc -c"),))
    assert slow.run("slow", data=b"x" * 1_000_000).strip() == b"1000000"


def test_a_command_that_does_not_read_what_it_is_given(tmp_path: Path) -> None:
    assert Git(tmp_path).run("--version", data=b"x" * 1_000_000).startswith(b"git version")


def test_of_what_git_says_about_itself_the_last_is_kept(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    talking = Git(tmp_path, (("alias.talk", "!head -c 3000000 /dev/zero >&2; echo fatal: last words >&2; exit 9"),))
    done = talking.attempt("talk")
    assert done.status == 9
    assert len(done.errors) == LAST_WORDS
    assert done.errors.endswith("fatal: last words\n")


def test_a_remote_that_says_too_much_is_listened_to_no_longer(slow: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_command, "REMOTE_WORDS", 1 << 20)
    settings = (("alias.talk", SLOW.replace("wait", "yes")),)
    with pytest.raises(FgdError, match="the remote's answer to `git talk` does not end") as caught:
        Git(slow.directory, settings, remote=True).run("talk")
    assert caught.value.code is code.GITHUB_CONNECTION_FAILED
    assert_all_ended(slow.directory)


def test_variables_and_settings_of_the_surroundings_have_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS", "GIT_NAMESPACE"):
        monkeypatch.setenv(name, "/nonexistent")
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    monkeypatch.setenv("GIT_TRACE_CURL", str(trace))
    for name in ("INPUT_TOKEN", "INPUT_NETBOX-TOKEN", "NETBOX_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, "canary")
    subprocess.run(
        ["env", "-u", "GIT_DIR", "git", "init", "-q", str(tmp_path / "r")], check=True, env={"PATH": os.environ["PATH"]}
    )
    hook = tmp_path / "r/.git/hooks/reference-transaction"
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    where = Git(tmp_path / "r", (("alias.env", "!env"),), withheld=frozenset({"GITHUB_TOKEN"}))
    seen = where.run("env").decode()
    assert "canary" not in seen
    assert "nonexistent" not in seen
    made = where.run("hash-object", "-w", "-t", "commit", "--stdin", data=EMPTY_COMMIT).decode().strip()
    where.run("update-ref", "refs/heads/x", made)
    assert not (tmp_path / "r/ran").exists()
    assert not trace.exists()


EMPTY_COMMIT = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\n"


def test_what_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FgdError, match=r"cannot run git in .*nowhere: it is not there"):
        Git(tmp_path / "nowhere").run("--version")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(FgdError, match="the command git is not there"):
        Git(tmp_path).run("--version")


def test_a_failure_is_told_in_the_words_of_git(tmp_path: Path) -> None:
    with pytest.raises(FgdError, match="`git rev-parse` failed: fatal: not a git repository"):
        Git(tmp_path).run("rev-parse", "HEAD")


def test_an_interrupted_update_leaves_no_lock_file_behind(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    made = commit(tmp_path, {"a": b""})
    where = Git(tmp_path)
    with pytest.raises(FgdError):
        where.within(0.3).run("-c", "alias.hold=!sleep 30", "hold")
    where.run("update-ref", "refs/heads/x", made)
    assert not list((tmp_path / ".git").rglob("*.lock"))


@pytest.mark.parametrize("said", ["echo hello", "printf '\\377\\376'", "printf 'a b\\nc\\nd\\n'"])
def test_a_git_that_answers_nonsense_is_a_failure_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    git(tmp_path, "init", "-q")
    store = LocalStore(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(f"#!/bin/sh\n{said}\n")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    for ask in (
        lambda: store.refs("refs/"),
        lambda: store.entries("0" * 40),
        lambda: store.blobs(["0" * 40]),
        lambda: store.commit(new({})),
        lambda: store.has(["0" * 40, "1" * 40]),
        lambda: work_tree(tmp_path),
        lambda: checked_out(tmp_path),
    ):
        with pytest.raises(FgdError) as caught:
            ask()
        assert caught.value.code is code.SYNC_FAILED


def test_where_no_temporary_file_can_be_made_it_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "away"))
    with pytest.raises(FgdError) as caught:
        Git(tmp_path).attempt("hash-object", "--stdin", data=b"x")
    assert "temporary" in caught.value.message
    with pytest.raises(FgdError) as caught, temporary_folder():
        pass
    assert "temporary" in caught.value.message


def test_a_git_that_was_killed_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(FgdError) as caught:
        Git(tmp_path, (("alias.die", "!kill -9 $PPID"),)).run("die")
    assert "ended by SIGKILL" in caught.value.message
