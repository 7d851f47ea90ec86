"""What reads answers of GitHub, git, NetBox, Redis, a Pushgateway and kubectl, as targets: only an FgdError may come.

The clients are the real ones, and so is the connection: they speak to a server on loopback, and run a command `git`,
that say any bytes. The first byte of an input says what is asked. No failure may show the token that was sent.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from message_targets import EVENT, SCRATCH
from shaped import FORBIDDEN, shaped
from spoken import Garbler, spoken

from fgd_sync.adapters.earlier import earlier
from fgd_sync.adapters.git_command import git_in
from fgd_sync.adapters.git_objects import GitObjects
from fgd_sync.adapters.github import GitHubClient
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.metrics import MetricsSink, Pushgateway
from fgd_sync.adapters.netbox import Pace, PynetboxClient
from fgd_sync.adapters.redis_sink import RedisSink
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.adapters.remotes import configured_url
from fgd_sync.adapters.scratch import make_scratch
from fgd_sync.adapters.work_tree import uncommitted, work_tree
from fgd_sync.flow.state_refs import SIGNATURE
from fgd_sync.model.config import GitHubSettings, IngestionSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.drift import FabricDrift, Where
from fgd_sync.model.event import from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.github import ApiCommit, CheckOutput, CommitStatus, Conclusion, NewCheck, NewPull
from fgd_sync.model.resource import Ref
from fgd_sync.planning.cluster import read_export
from fgd_sync.planning.drift import GitView, cluster_view, drift
from fgd_sync.render.drift_markdown import drift_markdown
from fgd_sync.render.drift_text import drift_payload, drift_text
from fgd_sync.render.json_text import to_json
from hand_clock import START, HandClock
from talker import Talker

for slow in ("github.Requester", "prometheus_client", "pynetbox", "redis"):
    import_module(slow)  # Before the time of the first input runs.

Asked = TypeVar("Asked")

TOKEN = "n0tF0rTheL0g" * 3
TALKER = Talker()
PLACE = f"127.0.0.1:{TALKER.port}"
A, B = "1" * 40, "2" * 40


def _ask(data: bytes, answer: bytes, questions: Sequence[Callable[[Asked], object]], client: Asked) -> None:
    """Ask a client one thing, the first byte says which; a failure has no token in it."""
    TALKER.answer, said = answer.replace(b"SECRET", TOKEN.encode()), ""
    try:
        questions[(data[0] if data else 0) % len(questions)](client)
    except FgdError as failure:
        said = f"{failure.message}{failure.remedy}{failure.details}"
    assert TOKEN not in said, "the token is shown"


PULL = {
    "number": 7, "html_url": "u", "title": "t", "body": None, "state": "open", "merged_at": None, "base": {"ref": "main"},
    "head": {"ref": "topic", "sha": A, "repo": {"full_name": "acme/fabrics"}},
}  # fmt: skip
COMMENT = {"id": 1, "body": "<!-- m -->", "html_url": "u", "user": {"login": "github-actions[bot]", "type": "Bot"}}
GITHUB_ANSWERS: tuple[Any, ...] = (
    {"id": 5, "default_branch": "main", "archived": False, "protected": True, "permissions": {"push": True}, "oid": A},
    {"check_runs": [{"id": 5, "external_id": "x", "status": "in_progress"}], "total_count": 1},
    [COMMENT], COMMENT, [PULL], PULL,
    {"data": {"createCommitOnBranch": {"commit": {"oid": A}}, "viewer": {"login": "ann"}}},
    {"data": None, "errors": [{"type": "STALE_DATA", "message": "Expected branch to point to"}]},
    {"message": "Resource not accessible by integration", "errors": [{"resource": "r", "field": "f", "code": "c"}]},
)  # fmt: skip
GITHUB: Sequence[Callable[[GitHubClient], object]] = (
    lambda it: it.start_check(NewCheck("fgd", A, "x")),
    lambda it: it.unfinished_checks(A, "fgd"),
    lambda it: it.complete_check(5, Conclusion.SUCCESS, CheckOutput("t", "s")),
    lambda it: it.set_status(CommitStatus(A, "success", "fgd", "d")),
    lambda it: it.find_comment(7, "<!-- m -->"),
    lambda it: it.add_comment(7, "b"),
    lambda it: it.pulls("topic"),
    lambda it: it.open_pull(NewPull("topic", "main", "t", "b")),
    lambda it: it.edit_pull(7, title="t", body="b"),
    lambda it: it.commit(ApiCommit("main", A, "h", "b", {"a": b"x"}, ["b"])),
    lambda it: it.facts(),
    lambda it: it.is_protected("main"),
    lambda it: it.rate_limit(),
)


def github(data: bytes) -> None:
    """A GitHub, or who sits before it, that answers anything."""
    context = RunContext(repository="acme/fabrics", api_url=f"http://{PLACE}", graphql_url=f"http://{PLACE}/graphql")
    client = GitHubClient(TOKEN, context, GitHubSettings(connection_timeout=2, read_timeout=2))
    _ask(data, spoken(data[1:], GITHUB_ANSWERS), GITHUB, client)


SITE = {"id": 1, "name": "north", "slug": "north", "custom_fields": {}, "tags": [], "kubernetes_token": "x"}
NETBOX_ANSWERS: tuple[Any, ...] = (
    {"netbox-version": "4.4.0", "plugins": {"netbox_hedgehog": "1"}},
    {"count": 1, "next": None, "previous": None, "results": [SITE]},
    {"count": 3, "next": "http://127.0.0.2:9/", "previous": None, "results": [SITE, {**SITE, "id": 2}]},
    SITE, [SITE], {"actions": {"POST": {}, "PUT": {}}},
    {"detail": "You do not have permission"}, {"name": ["This field is required."], "error": "nbt_" + "a" * 12},
)  # fmt: skip
NETBOX: Sequence[Callable[[PynetboxClient], object]] = (
    lambda it: it.status(),
    lambda it: it.list("dcim/sites", {"name": "north"}),
    lambda it: it.get("dcim/sites", 1),
    lambda it: it.create("dcim/sites", [{"name": "a"}, {"name": "b"}]),
    lambda it: it.update("dcim/sites", [{"id": 1}]),
    lambda it: it.change("plugins/hedgehog/fabrics", 1, {"name": "a"}, "v1"),
    lambda it: it.delete("dcim/sites", [1]),
    lambda it: it.allowed("dcim/sites"),
)


def netbox_http(data: bytes) -> None:
    """A NetBox, or who sits before it, that answers anything."""
    before = TALKER.asked
    client = PynetboxClient(f"http://{PLACE}", TOKEN, HandClock(), Pace(timeout=2.0, total=60.0))
    _ask(data, spoken(data[1:], NETBOX_ANSWERS), NETBOX, client)
    assert TALKER.asked - before < 20, "it asks for ever"


REDIS: Sequence[Callable[[RedisSink], object]] = (lambda it: it.deliver(from_record(EVENT)), lambda it: it.probe())


def redis(data: bytes) -> None:
    """A Redis that says anything, to the greeting of the client and to its commands."""
    sink = RedisSink(f"redis://:{TOKEN}@{PLACE}/0", timeout=2.0)
    _ask(data, data[1:], REDIS, sink)
    sink.close()


METRICS: Sequence[Callable[[MetricsSink], object]] = (lambda it: it.probe(), lambda it: it.finish(1))


def pushgateway(data: bytes) -> None:
    """A Pushgateway that answers anything, and samples that another run is said to have left there."""
    is_text = data[1:2] in (b"#", b"f")
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + data[1:] if is_text else spoken(data[1:], ({},))
    _ask(data, answer, METRICS, MetricsSink(None, Pushgateway(f"http://{PLACE}", "i", 2.0)))


GARBLER = Garbler(SCRATCH / "bin")
TREE = SCRATCH / "tree"
(TREE / ".git").mkdir(parents=True, exist_ok=True)
(TREE / ".git/HEAD").write_text("ref: refs/heads/main\n")
MOVE = RefMove("refs/heads/main", A, B)
NEW = NewCommit("m", SIGNATURE, SIGNATURE, START, {"a": b"x"}, A)
URL = "https://git.example/acme/fabrics.git"


def _remote() -> RemoteStore:
    return RemoteStore(URL, SCRATCH / "store", token=TOKEN, settings=GitHubSettings())


def _objects() -> GitObjects:
    return GitObjects(git_in(TREE, TREE), "here")


GIT: Sequence[Callable[[Path], object]] = (
    lambda _: _objects().entries(A),
    lambda _: _objects().sizes([A, B]),
    lambda _: _objects().blobs([A, B]),
    lambda _: _objects().message(A),
    lambda _: _objects().has([A, B]),
    lambda _: _objects().commit(NEW),
    lambda _: _remote().refs("refs/"),
    lambda _: _remote().gather("refs/fgd/"),
    lambda _: _remote().fetch(["refs/heads/main", A]),
    lambda _: _remote().update([MOVE]),
    lambda _: _remote().update([MOVE, RefMove("refs/fgd/lock/north", A, "")]),
    lambda it: LocalStore(it).refs("refs/"),
    lambda it: LocalStore(it).update([MOVE]),
    lambda it: make_scratch(SCRATCH / "store", it),
    lambda it: configured_url(it, "origin"),
    work_tree,
    lambda it: uncommitted(it, ["north"], IngestionSettings()),
    lambda it: earlier(it, "HEAD", {"raw/a.yaml": b"a"}, folder="raw", endings=(".yaml",)),
)


def git(data: bytes) -> None:
    """A command git, and servers behind it, that say anything: output, and after `\\0\\1` what is said of a failure."""
    output, _, errors = data[1:].partition(b"\0\1")
    with GARBLER.saying(output, errors):
        _ask(data, b"", GIT, TREE)


SERVER = {
    "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
    "metadata": {"name": "s1", "namespace": "default", "managedFields": [{}], "annotations": {"a": "b"}},
    "spec": {"description": "x"}, "status": {},
}  # fmt: skip
EXPORTS = (
    {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": [SERVER]},
    {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "ServerList", "items": [{"metadata": {"name": "s1"}}]},
    SERVER,
)
HELD = {Ref("wiring.githedgehog.com", "Server", "default", "s1"): SERVER}


def cluster(data: bytes) -> None:
    """What kubectl is said to have printed, compared with git and shown."""
    text = to_json(shaped(data, EXPORTS)).encode() if not data or data[0] < 9 else data
    with suppress(FgdError):
        export = read_export([("export.yaml", text)])
        rows = drift(GitView(HELD, lambda _: False), [cluster_view(export)])
        found = [FabricDrift("north", "north", (Where.GIT, Where.CLUSTER), rows)]
        to_json(drift_payload(found[0]))
        shown = drift_text(found, color=False, with_all=True) + drift_markdown(found)
        assert not FORBIDDEN & set(shown), FORBIDDEN & set(shown)
