"""Where a whole step of a workflow meets faults: GitHub, NetBox and Redis behind a proxy, git behind a shim, one fabric.

Lays everything out anew for each point of a campaign, runs the step, and knows what is wrong with how it ended and with
what it left behind: a plain run after it must end where an undisturbed one does.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("support", "contract")]

from file_faults import FileFaults, missing  # noqa: E402
from leavings import Found, ended_late, plain, plain_ids  # noqa: E402
from netbox_server import TOKEN, Fake, serving  # noqa: E402 (the path is set above)
from redis import Redis  # noqa: E402

from fault_proxy import Plan, http_proxy, redis_proxy  # noqa: E402
from fgd_sync.adapters.clock import SystemClock  # noqa: E402
from fgd_sync.adapters.leftovers import INDEX  # noqa: E402
from fgd_sync.adapters.local_store import LocalStore  # noqa: E402
from fgd_sync.adapters.redis_sink import STREAM  # noqa: E402
from fgd_sync.flow.lock_store import LockStore  # noqa: E402
from fgd_sync.flow.state_refs import StateRefs  # noqa: E402
from fgd_sync.model.git import RefMove  # noqa: E402
from fgd_sync.model.moment import later  # noqa: E402
from forge.desk import Desk  # noqa: E402
from forge.forge import Forge, serving_forge  # noqa: E402
from forge.repository import Repository  # noqa: E402
from redis_server import RedisServer  # noqa: E402
from runner import events, file_commands  # noqa: E402
from runner.job import Job  # noqa: E402
from runner.launchers import Process  # noqa: E402
from warm import Ended, Warm  # noqa: E402

MODES = ("push", "api", "pull-request", "check", "desk", "init", "repair")
AT_DESK = {"desk": ["sync", "north"], "init": ["init", "new"], "repair": ["repair", "north"]}
"""The commands that work on files here. `repair` finds a sync that was killed when its changes were decided."""

NAME = "acme/fabrics"
REPORTS = ("report.json", "events.jsonl")
PARTING = 10.0
"""Seconds in which what a killed run had started must see that it is alone, and end."""

PATIENCE = 200.0
"""Seconds after which a step hangs: more than one command of git may take."""

SETTINGS = """fgd:
  sync:
    timeout_seconds: 40
    lock_timeout: 1
    retry_policy: {{max_attempts: 2, initial_delay: 0.01, max_delay: 0.01}}
  github: {{connection_timeout: 3, read_timeout: 3}}
  events: {{redis_url: "redis://127.0.0.1:{redis}"}}
  netbox: {{url: "{netbox}", target: core, timeout_seconds: 3, report_seconds: 9}}
"""
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {{name: {name}}}\nspec: {{description: {text}}}\n"
SHIM = """#!/bin/sh
n=$(($(cat "$FAULT_FOLDER/count" 2>/dev/null || echo 0) + 1))
echo "$n" > "$FAULT_FOLDER/count"
echo "$1" >> "$FAULT_FOLDER/words"
[ "$n" = "$FAULT_AT" ] || exec {git} "$@"
case "$FAULT_KIND" in
  refused) echo "fatal: the moon is in the way" >&2; exit 128;;
  killed) kill -9 $$;;
  hang) exec sleep 1000;;
  garbage) head -c 500 /dev/urandom; exit 0;;
  silent) exit 0;;
  half) {git} "$@" > "$FAULT_FOLDER/out"; head -c $(($(wc -c < "$FAULT_FOLDER/out") / 2)) "$FAULT_FOLDER/out"; kill -9 $$;;
  late) {git} "$@" > /dev/null; echo "fatal: the line went dead" >&2; exit 128;;
esac
"""
SHIM_FAULTS = ("refused", "killed", "hang", "garbage", "silent", "half", "late")
"""What a git command does instead of its work; `half` and `late` do it, and say so in part or not at all."""

_REMEDY = re.compile(r"what to do:|::(?:error|warning)|^ += ", re.MULTILINE)


class Stage:
    """One mode of working, with all its servers. `work` is the folder that faults may touch."""

    def __init__(self, mode: str, folder: Path, leave: ExitStack) -> None:
        self.mode, self.folder, self.plan = mode, folder, Plan()
        self.work, self.template = folder / "work", folder / "template"
        for path in (self.work, folder / "said", folder / "shim"):
            path.mkdir()
        self.forge: Forge = leave.enter_context(serving_forge(self.work / "forge"))
        self.forge.server_url = leave.enter_context(http_proxy(self.plan, "git", self.forge.server_url))
        self.forge.api_url = leave.enter_context(http_proxy(self.plan, "api", self.forge.api_url))
        self.fake: Fake = leave.enter_context(serving())
        self.fake.url = self.fake.store.base = leave.enter_context(http_proxy(self.plan, "netbox", self.fake.url))
        self.redis = RedisServer(folder)
        self.redis.start()
        leave.callback(self.redis.kill)
        self.redis_port = leave.enter_context(redis_proxy(self.plan, self.redis.port))
        watched = (self.work / "job", folder / "tmp")
        self.files = None if missing() else FileFaults(folder, watched)
        self.warm = leave.enter_context(Warm(folder / "said", variables=self.files.variables if self.files else {}))
        self.repository: Repository = self.forge.repository(NAME)
        self._shim(folder / "shim" / "git")
        self.job = self._job()
        shutil.copytree(self.work, self.template, symlinks=True)
        if mode == "repair":
            self._interrupt()

    def _interrupt(self) -> None:
        """Let the files be those of a sync that was killed right after its changes were decided."""
        assert self.files, missing()
        words, AT_DESK[self.mode] = AT_DESK[self.mode], AT_DESK["desk"]
        self.files.arm()
        self.run()
        decided = next(number for number, call in enumerate(self.files.calls()) if call.endswith("/.journal/index"))
        self.lay()
        self.files.arm("kill after", decided)
        assert self.run().status < 0
        assert (self.job.folders.workspace / "north" / INDEX).exists(), "killed when all was decided"
        AT_DESK[self.mode] = words
        shutil.rmtree(self.template)
        shutil.copytree(self.work, self.template, symlinks=True)

    @staticmethod
    def _shim(path: Path) -> None:
        path.write_text(SHIM.format(git=shutil.which("git")))
        path.chmod(0o755)

    def _job(self) -> Job:
        settings = SETTINGS.format(redis=self.redis_port, netbox=self.fake.url)
        first = {f"north/raw/{number}.yaml": SERVER.format(name=f"s{number}", text="a") for number in range(3)}
        bad = {"north/raw/bad.yaml": "kind: [\n"} if self.mode != "check" else {}
        names = ("edited", "gone") if self.mode in AT_DESK else ()
        old = {f"north/managed/servers/{name}.yaml": SERVER.format(name=name, text="a") for name in names}
        start = {"north/.hnp/manifest.yaml": "fabric_name: north\n", "fgd_config.yaml": settings, **first, **bad, **old}
        self.repository.commit(dict(start))
        event = events.push(self.repository)
        if self.mode == "check":
            self.repository.commit({"north/raw/new.yaml": SERVER.format(name="new", text="b")}, "feature")
            desk = self.forge.desks[NAME]
            event = events.pull_request(desk, desk.open_pull("feature"), "opened")
        fgd = Path(sys.executable).with_name("fgd")
        job = Job(self.work / "job", self.forge, event, Process([str(fgd)], ROOT), token=self.forge.token(), manifest=ROOT / "action.yml")  # fmt: skip
        job.checkout()
        if names:
            (job.folders.workspace / "north/managed/servers/gone.yaml").unlink()
            (job.folders.workspace / "new").mkdir()
            (job.folders.workspace / "new/x.yaml").write_text(SERVER.format(name="x", text="x"))
        return job

    # -- running ------------------------------------------------------------------------------------------------------

    def lay(self) -> None:
        """Put everything back as it was before any run."""
        self.calm()
        shutil.rmtree(self.work)
        shutil.copytree(self.template, self.work, symlinks=True)
        for name in ("count", "words", "out"):
            (self.folder / name).unlink(missing_ok=True)
        pulls = self.forge.desks[NAME].pulls
        self.forge.desks[NAME] = Desk(self.repository)
        if self.mode == "check":
            self.forge.desks[NAME].pulls = pulls
        self.fake.store.__post_init__()
        self._redis_words("FLUSHALL")
        self.forge.git.errors.clear()
        self.forge.api.errors.clear()

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self.plan.arm()
        if self.files:
            self.files.disarm()

    def _redis_words(self, words: str) -> None:
        with socket.create_connection(("127.0.0.1", self.redis.port)) as redis:
            redis.sendall(f"{words}\r\n".encode())
            redis.recv(100)

    def run(self, kind: str = "", at: int = 0, *, words: Sequence[str] = ()) -> Ended:
        """Run the step, or at a desk other `words`; with a kind of fault for the git command with that number, from 1."""
        temporary = self.folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        places = file_commands.create(self.job.folders.file_commands, "x")
        mode = self.mode if self.mode in ("push", "api", "pull-request") else "push"
        inputs = {"commit-mode": mode, "report-file": "report.json", "events-file": "events.jsonl"}
        given = {**self.job._context(places), **self.job._inputs(inputs), "NETBOX_TOKEN": TOKEN}
        search = f"{self.folder / 'shim'}:{os.environ['PATH']}" if kind else os.environ["PATH"]
        ours = {"TMPDIR": str(temporary), "FAULT_FOLDER": str(self.folder), "FAULT_AT": str(at), "FAULT_KIND": kind}
        known = {"PATH": search, "LANG": "C.UTF-8", "GITHUB_ACTIONS": "true", **given, **ours}
        known |= self.files.variables if self.files else {}
        words = words or AT_DESK.get(self.mode, ["action"])
        if self.mode in AT_DESK:
            known = {name: value for name, value in known.items() if not name.startswith(("GITHUB_", "INPUT_"))}
        return self.warm.run(words, self.job.folders.workspace, known, PATIENCE)

    def met(self, part: str, number: int) -> str:
        """What it was that failed in the last run, if that came to the call, command or request with that number."""
        if part == "net":
            seen: Sequence[str] = self.plan.seen
        elif part == "file":
            seen = self.files.calls() if self.files else ()
        else:
            number, seen = number - 1, (self.folder / "words").read_text().split("\n")[:-1]
        return seen[number] if number < len(seen) else ""

    def age_locks(self) -> None:
        """Let the leases of locks that a dead run left behind have ended."""
        git = LocalStore(self.repository.path)
        store = LockStore(git, SystemClock(), StateRefs())
        for ref, (commit, note) in store.look().items():
            git.update([RefMove(ref, commit, store.write(replace(note, expires_at=later(note.expires_at, -1000))))])

    # -- looking ------------------------------------------------------------------------------------------------------

    def unclean(self, end: Ended, *, is_killed: bool = False, spared: int = 0) -> list[str]:
        """What is wrong with how a run ended, and what it left lying about on this machine.

        `is_killed`: it could say and clear away nothing. `spared`: so many entries in TMPDIR could not be removed.
        """
        said = end.said
        wrong = [f"it said {word!r}" for word in ("Traceback", "FGD_5001", "Exception ignored") if word in said]
        wrong += [f"left the process {name}" for name in ended_late(self.folder, PARTING if is_killed else 0.0)]
        if is_killed:
            return wrong
        if end.status < 0 or end.status > 10:
            wrong.append(f"status {end.status} after {end.seconds:.0f} s")
        if end.status > 1 and not ("FGD_" in said and _REMEDY.search(said)):
            wrong.append("no code, or nothing to do about it")
        left = [path.name for path in (self.folder / "tmp").iterdir()]
        wrong += [f"left {name} in TMPDIR" for name in left if len(left) > spared]
        wrong += [repr(error) for error in (*self.forge.git.errors, *self.forge.api.errors) if _is_ours(error)]
        return wrong

    def found(self) -> Found:
        """What is there now, by meaning."""
        desk, repository = self.forge.desks[NAME], self.repository
        names = repository.refs()
        files = {**self._files(), **self._blobs(names)}
        here = [f"here: {name}" for name in self._local_refs()] if self.mode in AT_DESK else []
        checks = list(desk.checks.values())
        return Found(
            files,
            frozenset([*names, *here]),
            len(repository.log()),
            self._state(),
            tuple(
                (pull.head, pull.state, plain((pull.title + (pull.body or "")).encode())) for pull in desk.open_pulls()
            ),
            tuple(plain(str(item["body"]).encode()) for item in desk.comments.values()),
            frozenset((item["state"], item["context"]) for item in desk.statuses[-1:])
            | {(str(checks[-1]["conclusion"]), "check") for _ in checks[-1:]},
            {path: len(rows) for path, rows in self.fake.store.rows.items() if path != "extras/journal-entries"},
        )

    def _files(self) -> dict[str, bytes]:
        home = self.job.folders.workspace
        there = (path for path in home.rglob("*") if path.is_file() and ".git" not in path.relative_to(home).parts)
        found = {str(path.relative_to(home)): plain(path.read_bytes()) for path in there}
        return {name: data for name, data in found.items() if name not in REPORTS}

    def _blobs(self, names: Mapping[str, str]) -> dict[str, bytes]:
        heads = [name for name in names if name.startswith("refs/heads/")]
        return {
            f"{head}:{path}": plain(self.repository.read(path, head))
            for head in sorted(heads)
            for path in self.repository.paths(head)
        }

    def history(self) -> list[dict[str, Any]]:
        """The syncs in the history, the oldest first."""
        where = self.job.folders.workspace if self.mode in AT_DESK else self.repository.path
        fabric = "new" if self.mode == "init" else "north"
        lines = _git(where, "cat-file", "blob", f"refs/fgd/state/{fabric}:operations.jsonl")
        return [json.loads(line) for line in lines]

    def _local_refs(self) -> list[str]:
        """The refs of the workspace, and files of git that lock one."""
        home = self.job.folders.workspace
        locks = [str(path.relative_to(home)) for path in (home / ".git").rglob("*.lock")]
        return [*_git(home, "for-each-ref", "--format=%(refname)"), *locks]

    def _state(self) -> str:
        """How the newest sync ended, and whether any has not."""
        past = self.history()
        open_ = [item["sync_id"] for item in past if item["state"] not in ("completed", "failed", "cancelled")]
        return f"{past[-1]['state'] if past else 'none'}, {len(open_)} without an end"

    def twice(self) -> list[str]:
        """What was told or done twice."""
        told = [str(item["comments"]) for item in self.fake.rows("extras/journal-entries")]
        wrong = (
            ["a journal entry of NetBox is there twice"] if len({plain_ids(text) for text in told}) < len(told) else []
        )
        with Redis(port=self.redis.port, decode_responses=True) as client:
            entries = [fields for _, fields in client.xrange(STREAM)]
        counts = Counter(fields["event_id"] for fields in entries)
        different = {name for name in counts if len({f["event"] for f in entries if f["event_id"] == name}) > 1}
        wrong += [f"events with one id differ: {different}"] if different else []
        return wrong + self._disorder([json.loads(fields["event"]) for fields in entries])

    def _disorder(self, told: list[dict[str, Any]]) -> list[str]:
        """Whether Redis has the events of a sync in another order than they happened, or lacks some of a sync that is over."""
        seen: dict[str, list[str]] = {}
        for event in told:
            sync = event["metadata"].get("sync_id", "")
            if event["event_id"] not in seen.setdefault(sync, []):
                seen[sync].append(event["event_id"])
        times = {event["event_id"]: event["timestamp"] for event in told}
        return [f"events of {sync} are in disorder" for sync, ids in seen.items() if [times[i] for i in ids] != sorted(times[i] for i in ids)]  # fmt: skip


def _git(where: Path, *words: str) -> list[str]:
    """The lines that a command of git prints; none if it fails."""
    command = ["git", "-c", "safe.directory=*", *words]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False).stdout.splitlines()


def _is_ours(error: BaseException) -> bool:
    """Whether a mistake of the stand-in was brought about by a request, and not by a client that went away."""
    return not isinstance(error, ConnectionError | TimeoutError)


@contextmanager
def stage(mode: str, folder: Path) -> Iterator[Stage]:
    """A stage for as long as the block lasts."""
    with ExitStack() as leave:
        yield Stage(mode, folder, leave)
