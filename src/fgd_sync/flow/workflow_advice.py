"""What is wrong with workflows that use the action, found without running them: the usual mistakes of the first day.

Takes the text of a workflow file; gives findings with line and column. What a step would do on each of the workflow's
events is asked of the table that the action itself decides by.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fgd_sync.fabric.values import items, mapping, mappings, text
from fgd_sync.flow.modes import BASE_EVENT, CHECKING, SYNCING, Decision, Deed, decide
from fgd_sync.model.action import MODES
from fgd_sync.model.code import CONFIGURATION_INVALID, EVENT_REFUSED, GITHUB_AUTHENTICATION_FAILED, INVALID_YAML
from fgd_sync.model.context import PullRequest, RunContext
from fgd_sync.model.health import Finding, Status
from fgd_sync.model.location import Route
from fgd_sync.model.occasion import Occasion
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass, replace
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.locate import locate
from fgd_sync.yamldoc.parse import parse

_OURS = pattern(r"(?:^|[/@])fgd-sync(?:[/@:]|$)")
_PINNED = pattern(r"@(?:sha256:)?[0-9a-f]{40,}$")
_EXPRESSION = pattern(rb"\$\{\{(.*?)\}\}")
"""An expression of a workflow; our reader would take it for a placeholder of a template that was not rendered."""
_OWN_TOKEN = ("", "$<< github.token >>", "$<< secrets.GITHUB_TOKEN >>")
_LEVELS = {"none": 0, "read": 1, "write": 2}
_BLANK = PullRequest(1, "topic", "", "owner/name", "main", "")


@dataclass(frozen=True, slots=True)
class Advice:
    """One finding in a workflow, at a place of its file (`line:column`)."""

    place: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Use:
    """A step that uses the action: its job and the whole workflow, and where it stands."""

    workflow: Mapping[str, Any]
    job: Mapping[str, Any]
    job_route: Route
    number: int

    @property
    def step(self) -> Any:
        """The step itself."""
        return items(self.job, "steps")[self.number]

    @property
    def route(self) -> Route:
        """Where the step stands."""
        return (*self.job_route, "steps", self.number)

    def input(self, name: str) -> str:
        """What an input is given, as text; "" for nothing."""
        value = mapping(self.step, "with").get(name)
        return str(value).lower() if isinstance(value, bool) else str(value or "")

    @property
    def mode(self) -> str:
        """The mode, as far as it is written down; auto for an expression."""
        return self.input("mode") if self.input("mode") in MODES else "auto"


def uses_action(data: bytes) -> bool:
    """Whether a workflow may use the action: cheap, and right where it says no."""
    return b"fgd-sync" in data


def advise(data: bytes, *, timeout_seconds: int) -> tuple[Advice, ...]:
    """What is wrong with the steps of a workflow that use the action. `timeout_seconds`: how long a run may take."""
    source = parse(_EXPRESSION.sub(rb"$<<\1>>", data))
    document = source.documents[0] if source.documents else None
    problem = source.problem or (document.problem if document else None)
    if problem or document is None:
        words = problem.what if problem else "the file is empty"
        place = f"{problem.position.line}:{problem.position.column}" if problem and problem.position else "1:1"
        return (Advice(place, Finding(Status.FAILED, words, problem.remedy if problem else "", INVALID_YAML)),)
    found = [pair for use in _uses(document.value) for pair in _wrong(use, timeout_seconds)]
    return tuple(Advice(_place(document, route), finding) for route, finding in found)


def _place(document: Document, route: Route) -> str:
    position = locate(document, [route])[route].key
    return f"{position.line}:{position.column}"


def _uses(workflow: Any) -> Iterator[_Use]:
    if not isinstance(workflow, dict):
        return
    for name, job in mappings(workflow, "jobs"):
        for number, step in enumerate(items(job, "steps")):
            if _OURS.search(text(step, "uses")):
                yield _Use(workflow, job, ("jobs", name), number)


def _wrong(use: _Use, timeout_seconds: int) -> Iterator[tuple[Route, Finding]]:
    decisions = {event: _decision(event, use.mode) for event in _events(use.workflow)}
    yield from _refused(use, decisions)
    yield from _checkout(use)
    yield from _token(use)
    if use.input("token") in _OWN_TOKEN:
        yield from _permissions(use, decisions)
    yield from _limits(use, decisions, timeout_seconds)
    if not _PINNED.search(text(use.step, "uses")) and not text(use.step, "uses").startswith("./"):
        words = f"{text(use.step, 'uses')} is not pinned: what runs with your token can change without your doing"
        yield (*use.route, "uses"), Finding(Status.WARNING, words, "Pin it to a commit: `@` and its 40 digits.")


def _events(workflow: Mapping[str, Any]) -> list[str]:
    """The events of a workflow. YAML 1.1, which is what we read, takes the key `on` for true."""
    value = workflow.get("on", workflow.get("true"))
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list | dict) else []


def _decision(event: str, mode: str) -> Decision:
    context = RunContext(event=event, branch="main")
    if event == "pull_request":
        context = replace(context, branch="topic", pull_request=_BLANK)
    return decide(Occasion(context, trusted=True), mode)


def _refused(use: _Use, decisions: Mapping[str, Decision]) -> Iterator[tuple[Route, Finding]]:
    at = (*use.route, "with", "mode") if use.input("mode") else (*use.route, "uses")
    for event, decision in decisions.items():
        if decision.deed is Deed.REFUSE:
            yield at, Finding(Status.FAILED, f"on {event}: {decision.reason}", decision.remedy, EVENT_REFUSED)
        elif event not in SYNCING | CHECKING | {BASE_EVENT}:
            yield at, Finding(Status.WARNING, f"on {event}: {decision.reason}", "Leave out the event.")


def _checkout(use: _Use) -> Iterator[tuple[Route, Finding]]:
    before = (text(step, "uses") for step in items(use.job, "steps")[: use.number])
    if not any(name.startswith("actions/checkout@") or "/checkout@" in name for name in before):
        words = "no step before this one checks the repository out: there are no fabrics and no settings to be found"
        remedy = "Put a step with `uses: actions/checkout@…` before it."
        yield (*use.route, "uses"), Finding(Status.FAILED, words, remedy, CONFIGURATION_INVALID)


def _token(use: _Use) -> Iterator[tuple[Route, Finding]]:
    given = mapping(use.step, "with")
    if "token" in given and not use.input("token"):
        words = "the token is empty: nothing can be committed or said on GitHub"
        yield (
            (*use.route, "with", "token"),
            Finding(Status.WARNING, words, "Leave out `token:`; the workflow's is used."),
        )


def _permissions(use: _Use, decisions: Mapping[str, Decision]) -> Iterator[tuple[Route, Finding]]:
    """What the step's token lacks for what it would do."""
    where: Route = (*use.job_route, "permissions") if "permissions" in use.job else ("permissions",)
    granted = use.job.get("permissions", use.workflow.get("permissions"))
    if granted is None:
        words = "there is no `permissions:` block: what the token may do depends on a setting of the repository"
        yield use.job_route, Finding(Status.WARNING, words, f"Add to the job:\n{_block(_needed(use, decisions))}")
        return
    needed = _needed(use, decisions)
    missing = {name: level for name, level in needed.items() if not _has(granted, name, level)}
    for name, level in missing.items():
        is_vital = name == "contents" or (name == "pull-requests" and use.input("commit-mode") == "pull-request")
        status = Status.FAILED if is_vital else Status.WARNING
        words = f"the token lacks `{name}: {level}`: {_USES[name]}"
        code = GITHUB_AUTHENTICATION_FAILED if is_vital else None
        yield where, Finding(status, words, f"Add `{name}: {level}` to the `permissions:` of the job.", code)


_USES = {
    "contents": "files and history can be neither read nor committed",
    "checks": "there will be no check run with all findings",
    "pull-requests": "no comment can be written, and no pull request opened",
    "statuses": "the commit gets no status",
}


def _needed(use: _Use, decisions: Mapping[str, Decision]) -> dict[str, str]:
    deeds = {decision.deed for decision in decisions.values()}
    writes = any(decision.writes for decision in decisions.values()) and use.input("dry-run") != "true"
    needed = {"contents": "write" if writes else "read"}
    if use.input("check-run") != "false" and deeds - {Deed.MATRIX}:
        needed["checks"] = "write"
    comments = "pull_request" in decisions and use.input("comment") != "false"
    if comments or (writes and use.input("commit-mode") == "pull-request"):
        needed["pull-requests"] = "write"
    if writes:
        needed["statuses"] = "write"
    return needed


def _has(granted: Any, name: str, level: str) -> bool:
    if isinstance(granted, str):
        return granted == "write-all" or (granted == "read-all" and level == "read")
    return _LEVELS.get(text(granted, name), 0) >= _LEVELS[level]


def _block(needed: Mapping[str, str]) -> str:
    return "\n".join(["permissions:", *(f"  {name}: {level}" for name, level in needed.items())])


def _limits(use: _Use, decisions: Mapping[str, Decision], seconds: int) -> Iterator[tuple[Route, Finding]]:
    """What ends a sync before its time."""
    minutes = use.job.get("timeout-minutes")
    works = any(item.deed is not Deed.MATRIX for item in decisions.values())
    if works and isinstance(minutes, int) and minutes * 60 <= seconds:
        words = f"the job ends after {minutes} minutes, the sync itself only after {seconds} s: it would be cut off"
        yield (
            (*use.job_route, "timeout-minutes"),
            Finding(Status.WARNING, words, "Give the job a minute more than that."),
        )
    groups = (("concurrency",), (*use.job_route, "concurrency"))
    for route, owner in zip(groups, (use.workflow, use.job), strict=True):
        group = mapping(owner, "concurrency")
        if group.get("cancel-in-progress") is True and any(item.writes for item in decisions.values()):
            words = "a newer run cancels a sync that is at work"
            remedy = "Set `cancel-in-progress: false`: runs wait for each other anyway."
            yield (*route, "cancel-in-progress"), Finding(Status.WARNING, words, remedy)
