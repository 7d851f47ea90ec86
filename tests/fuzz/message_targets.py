"""What reads settings, records, payloads and answers, as targets for fuzzing: only an FgdError may come of any bytes."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from shaped import FORBIDDEN, shaped

from fgd_sync.adapters.action_inputs import read_inputs, variable
from fgd_sync.adapters.answers import Answer
from fgd_sync.adapters.configuration import load_settings
from fgd_sync.adapters.intent import decode
from fgd_sync.adapters.journal import recover
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.runner_context import read_occasion
from fgd_sync.adapters.sealed import Sealed, packed, unpacked
from fgd_sync.adapters.sealed_parts import opened_parts
from fgd_sync.flow.book import DEAD, EVENTS, FORMAT, OPERATIONS, OUTBOX, Book
from fgd_sync.flow.bookkeeping import Entry, written
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.modes import BASE_EVENT, CHECKING, SYNCING, decide
from fgd_sync.flow.netbox.report import report
from fgd_sync.flow.standing import Query, history, standings
from fgd_sync.flow.state_refs import SIGNATURE, StateRefs
from fgd_sync.model.action import INPUTS
from fgd_sync.model.code import CODES, NETBOX_REFUSED
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.lock_note import from_message
from fgd_sync.model.netbox import NetBoxObject, Outcome
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.netbox_records import Records, Source
from fgd_sync.render import state_json, state_text
from fgd_sync.render.json_text import to_json
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check
from fgd_sync.schema.imported import import_crds
from hand_clock import START, HandClock
from memory_store import MemoryStore, Server

SCRATCH = Path(tempfile.mkdtemp(prefix="fuzz-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
OLD, NEW = "1" * 40, "2" * 40
HEAD = {"ref": "topic", "sha": NEW, "repo": {"full_name": "acme/fabrics"}}
BASE = {"ref": "main", "sha": OLD, "repo": {"full_name": "acme/fabrics"}}
PAYLOADS: tuple[Any, ...] = (
    {
        "before": OLD,
        "after": NEW,
        "deleted": False,
        "repository": {"full_name": "acme/fabrics", "default_branch": "main"},
    },
    {"action": "synchronize", "number": 7, "pull_request": {"number": 7, "head": HEAD, "base": BASE}},
    {"merge_group": {"base_sha": OLD, "head_sha": NEW}},
    {"inputs": {"mode": "sync", "fabric": "north", "fabrics": "north,south"}},
    {
        "action": "netbox",
        "client_payload": {"mode": "check", "fabrics": ["north"], "event": "updated", "data": {"id": 7}},
    },
    {"schedule": "0 4 * * *", "repository": None, "workflow": ".github/workflows/fabrics.yml"},
    {"action": "submitted", "review": {"state": "approved"}, "pull_request": {"number": 7, "head": HEAD, "base": BASE}},
    {"action": "created", "issue": {"number": 7, "pull_request": {"url": "u"}}, "comment": {"id": 1, "body": "/fix"}},
    {"action": "completed", "workflow_run": {"event": "pull_request", "head_branch": "topic", "head_sha": NEW}},
    {"ref": "topic", "ref_type": "branch", "pusher_type": "user", "sender": {"login": "dependabot[bot]"}},
)
"""Events as GitHub sends them; the fifth is what a webhook of NetBox makes of a change, sent as repository_dispatch."""
OTHER_EVENTS = (
    *("branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment", "deployment_status"),
    *("discussion", "discussion_comment", "fork", "gollum", "image_version", "issue_comment", "issues", "label"),
    *("milestone", "page_build", "public", "pull_request_comment", "pull_request_review", "watch", "workflow_call"),
    *("pull_request_review_comment", "registry_package", "release", "status", "workflow_run", "made_up_tomorrow"),
)
KNOWN_EVENTS = (*sorted(SYNCING), *sorted(CHECKING), BASE_EVENT)


def settings(data: bytes) -> None:
    """A settings file with any content."""
    path = SCRATCH / "fgd_config.yaml"
    path.write_bytes(data)
    with suppress(FgdError):
        load_settings(SCRATCH, path, {}, {})


def inputs(data: bytes) -> None:
    """Inputs of the action and variables with any text: a line `name=value` for each."""
    names = [variable(item.name) for item in INPUTS]
    environment = {}
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\0")):
        name, _, value = line.partition("=")
        environment[name if value else names[number % len(names)]] = value or name
    with suppress(FgdError):
        found = read_inputs(environment, "/github/workspace")
        for path in (found.report_file, found.sarif_file, found.junit_file):
            assert not path.startswith("/"), path
            assert ".." not in path.split("/"), path
        load_settings(SCRATCH, SCRATCH / "absent.yaml", found.overrides, {})


def occasion(data: bytes) -> None:
    """Payloads of every event: what is not understood is refused, and nothing is ever written for it."""
    payload = shaped(data, PAYLOADS)
    path = SCRATCH / "event.json"
    path.write_bytes(data if data[:1] in (b"{", b"[") else json.dumps(payload).encode())
    ref = payload.get("ref") if isinstance(payload, dict) else None
    place = {"GITHUB_EVENT_PATH": str(path), "GITHUB_REF": ref if isinstance(ref, str) else "refs/heads/main"}
    for event in (*KNOWN_EVENTS, OTHER_EVENTS[len(data) % len(OTHER_EVENTS)]):
        environment = {"GITHUB_EVENT_NAME": event, **place}
        with suppress(FgdError):
            found = read_occasion(environment)
            for mode in ("auto", "sync", "fix"):
                decision = decide(found, mode)
                assert not decision.writes or event in SYNCING or not found.context.is_fork, "a fork gets written to"
                assert not (decision.writes and event in (BASE_EVENT, *OTHER_EVENTS)), f"{event} gets written to"


def cache(data: bytes) -> None:
    """What is in the cache: nothing without the seal is believed, and any text can be taken apart."""
    sealed = Sealed(str(SCRATCH), b"k" * 32)
    (SCRATCH / "report").mkdir(exist_ok=True)
    (SCRATCH / "report" / "planted").write_bytes(data)
    assert sealed.read("report", "planted") is None
    with suppress(ValueError):
        fields = unpacked(data)
        assert unpacked(packed(fields)) == fields
    assert opened_parts(sealed, "report", "planted", partial(sealed.some, "report", "planted")) is None
    with suppress(ValueError):
        assert Answer.decode(data).encode()


def journal(data: bytes) -> None:
    """A journal that others wrote: whatever is in it, nothing outside the fabric is touched."""
    template = {
        "moves": [["raw/a.yaml", "raw/a.yaml.archived", sha256(b"a")]],
        "puts": [["managed/servers/b.yaml", sha256(b"b"), sha256(b"new")], ["managed/vpcs/c.yaml", None, sha256(b"c")]],
        "drops": [["raw/d.yaml", sha256(b"d")]],
        "keep": ["managed/vpcs"],
    }
    body = data if data[:1] in (b"{", b"[") else json.dumps(shaped(data, [template])).encode()
    text = b"fgd-journal 1 %s\n%s" % (sha256(body).encode(), body)
    with suppress(ValueError):
        decode(text)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        outside, fabric = Path(folder) / "outside", Path(folder) / "fabric"
        for path, content in {"raw/a.yaml": b"a", "managed/servers/b.yaml": b"b", "raw/d.yaml": b"d"}.items():
            (fabric / path).parent.mkdir(parents=True, exist_ok=True)
            (fabric / path).write_bytes(content)
        (fabric / ".hnp/.journal").mkdir(parents=True)
        (fabric / ".hnp/.journal/index").write_bytes(text)
        (fabric / ".hnp/.journal/new-0").write_bytes(b"new")
        outside.write_bytes(b"outside")
        with suppress(FgdError):
            recover(fabric)
        assert outside.read_bytes() == b"outside"
        assert {path.name for path in Path(folder).iterdir()} == {"outside", "fabric"}


OPERATION = {
    "sync_id": "s1", "fabric": "north", "trigger": "push", "state": "failed", "stage": "processing",
    "started_at": START, "updated_at": START, "completed_at": START, "duration_seconds": 1.5, "errors": 1,
    "stages": [["validating", START, START]], "files_processed": 3, "total_files": 4,
    "findings": [{"code": "FGD_1004", "message": "m", "severity": "error", "file": "raw/a.yaml", "line": 3}],
}  # fmt: skip
EVENT = {
    "event_id": "e1", "event_type": "sync.failed", "timestamp": START, "fabric": "north", "fabric_id": None,
    "correlation_id": "c1", "payload": {"sync_id": "s1", "errors": ["m"]}, "metadata": {"source": "x", "version": "1"},
}  # fmt: skip
REPORT = {"id": "u1", "target": "netbox", "created_at": START, "body": {"event": EVENT}, "attempts": 1, "reason": "r"}
SHARE = {"sync_id": "s1", "state": "processing", "stage": "processing", "commit": ""}
NOTE = {
    "holder": {"owner": "ann@laptop", "correlation_id": "c1", "trigger": "manual", "run_url": ""}, "nonce": "n",
    "acquired_at": START, "seen_at": START, "expires_at": START, "fabrics": {"north": SHARE}, "cancel": None,
}  # fmt: skip
STATE = {"format": "1", "operations": [OPERATION], "events": [EVENT], "outbox": REPORT, "dead": REPORT, "note": NOTE}


def state(data: bytes) -> None:
    """History, events, outbox and lock of a fabric with any content: shown, and written anew."""
    parts = shaped(data, [STATE])
    parts = parts if isinstance(parts, dict) else {"operations": parts}
    server, clock, refs = Server(), HandClock(), StateRefs("refs/fgd")
    git = MemoryStore(server)
    files = {
        FORMAT: _bytes(parts.get("format")),
        OPERATIONS: _lines(parts.get("operations")),
        f"{EVENTS}/s1.jsonl": _lines(parts.get("events")),
        f"{OUTBOX}/netbox/1-u1.json": _bytes(parts.get("outbox")),
        f"{DEAD}/netbox/1-u1.json": _bytes(parts.get("dead")),
    }
    message = f"locked\n\n{_bytes(parts.get('note')).decode()}\n"
    moves = [
        RefMove(refs.state("north"), "", git.commit(NewCommit("x", SIGNATURE, SIGNATURE, START, dict(files)))),
        RefMove(refs.lock("north"), "", git.commit(NewCommit(message, SIGNATURE, SIGNATURE, START))),
    ]
    git.update(moves)
    with suppress(ValueError):
        from_message(message)
    with suppress(FgdError):
        _show_state(git, clock, refs)


def _show_state(git: MemoryStore, clock: HandClock, refs: StateRefs) -> None:
    ledger, locks = Ledger(git, clock, refs), LockStore(git, clock, refs)
    found = standings(ledger, locks, ["north"])
    to_json([state_json.status(item) for item in found])
    book: Book = ledger.book("north")
    syncs = history([book], Query())
    to_json(state_json.history(len(syncs), syncs))
    events, waiting, dead = book.events("s1"), book.outbox(), book.dead()
    to_json(state_json.events(events))
    to_json(state_json.reports(waiting, dead))
    texts = [
        state_text.status(found, clock.now(), color=False),
        state_text.history(len(syncs), syncs, offset=0, color=False),
        state_text.reports(waiting, dead, color=False),
        *(state_text.events(operation, events, color=False) for operation in book.operations()[:1]),
    ]
    assert not FORBIDDEN & set("".join(texts)), FORBIDDEN & set("".join(texts))
    written(book, [Entry("north", posts=waiting, dead=dead, events=events)], clock.now(), 30)


def _bytes(value: Any) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


def _lines(value: Any) -> bytes:
    return b"".join(_bytes(item) + b"\n" for item in (value if isinstance(value, list) else [value]))


class Answers:
    """A NetBox that answers whatever is in a list, one after the other."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self._answers = list(answers)
        self.requests = 0

    def _next(self) -> Any:
        self.requests += 1
        if self.requests > 500:
            raise AssertionError("it asks for ever")
        answer = self._answers[self.requests % len(self._answers)] if self._answers else {}
        if isinstance(answer, str) and answer.startswith("FGD"):
            raise FgdError(CODES.get(answer, NETBOX_REFUSED), "refused")
        return answer

    def status(self) -> JsonObject:
        answer = self._next()
        return answer if isinstance(answer, dict) else {}

    def list(self, path: str, filters: Any) -> Sequence[JsonObject]:  # noqa: ARG002
        answer = self._next()
        return [item for item in answer if _is_object(item)] if isinstance(answer, list) else []

    def get(self, path: str, number: int) -> NetBoxObject | None:  # noqa: ARG002
        answer = self._next()
        return NetBoxObject(answer, "v1") if _is_object(answer) else None

    def create(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        return [{**body, "id": 1} for body in bodies] if self.requests % 2 else self.list(path, {})

    def update(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:  # noqa: ARG002
        return self.list(path, {})

    def change(self, path: str, number: int, fields: JsonObject, etag: str) -> NetBoxObject:  # noqa: ARG002
        answer = self._next()
        return NetBoxObject(answer if _is_object(answer) else {"id": 1, **fields}, "v2")

    def delete(self, path: str, numbers: Sequence[int]) -> None:  # noqa: ARG002
        self._next()

    def allowed(self, path: str) -> frozenset[str]:  # noqa: ARG002
        return frozenset({"view", "add", "change"})


def _is_object(answer: Any) -> bool:
    """What the client lets through."""
    return isinstance(answer, dict) and isinstance(answer.get("id"), int)


ANSWERS: tuple[Any, ...] = (
    [{"netbox-version": "4.4.0", "plugins": {}}, [], {"id": 1}, [{"id": 1, "name": "north", "slug": "north"}]],
    [
        {"netbox-version": "4.4.0", "plugins": {"netbox_hedgehog": "1"}},
        [
            {
                "id": 3,
                "name": "north",
                "custom_fields": {"fgd_digest": {"a": "b"}},
                "comments": "x",
                "tags": [{"slug": "fgd-sync"}],
            }
        ],
        [{"id": 4, "name": "web", "fabric": {"id": 3}, "spec": {"subnets": {}}, "tags": []}],
        "FGD_6004",
    ],
)
BODY = b"apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: web\nspec:\n  subnets:\n    m:\n      subnet: 10.0.1.0/24\n"
RECORDS = Records({Ref("vpc.githedgehog.com", "VPC", "default", "web"): Source(BODY, "")})


def netbox(data: bytes) -> None:
    """A NetBox that answers anything that is JSON: a report ends, and says what went wrong."""
    answers = shaped(data, ANSWERS)
    done = report(
        Answers(answers if isinstance(answers, list) else [answers]),
        Outcome("north", "s1", "completed", START, "c1", kinds={"VPC": 1}, actions={"create": 1}),
        NetBoxSettings(),
        RECORDS,
    )
    assert done.fabric == "north"


SPEC: dict[str, Any] = {"type": "object", "required": ["spec"], "properties": {"spec": {
    "type": "object", "properties": {"vlan": {"type": "integer", "format": "int32", "minimum": 1},
    "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9}, "on": {"x-kubernetes-int-or-string": True},
    "list": {"type": "array", "items": {"type": "string"}, "nullable": True},
    "map": {"type": "object", "additionalProperties": {"type": "number"}}}}}}  # fmt: skip
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "vpcs.x"},
    "spec": {"group": "vpc.githedgehog.com", "names": {"kind": "VPC"},
             "versions": [{"name": "v1beta1", "served": True, "schema": {"openAPIV3Schema": SPEC}}]},
}  # fmt: skip


def schemas(data: bytes) -> None:
    """CRDs with any content, schemas with any content, and a resource judged by what comes of them."""
    value = shaped(data, [CRD, {"kind": "List", "items": [CRD]}, SPEC])
    with suppress(FgdError):
        check(Catalogue(load, import_crds([value])), VPC, BODY_WITH_A_MISTAKE)
    if isinstance(value, dict):
        with suppress(FgdError):
            check(Catalogue(load, {(VPC.group, VPC.version, VPC.name): value}), VPC, BODY_WITH_A_MISTAKE)


VPC = KIND_BY_ID["vpc.githedgehog.com", "VPC"]
BODY_WITH_A_MISTAKE = {"apiVersion": VPC.api_version, "kind": "VPC", "metadata": {"name": "a"}, "spec": {"vlan": "x"}}
