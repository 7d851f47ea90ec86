"""Our own client against the stand-in for GitHub: what it asks for, and what it makes of every way to fail."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from fgd_sync.adapters.github import GitHubClient
from fgd_sync.model import code
from fgd_sync.model.code import Code, Severity
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import (
    Annotation,
    ApiCommit,
    CheckOutput,
    CommitStatus,
    Conclusion,
    NewCheck,
    NewPull,
    RateLimit,
    RepositoryFacts,
)
from forge.accounts import READ_ONLY
from forge.desk import Json
from forge.forge import Forge
from forge.protection import SIGNATURES, STATUS_CHECK, Protection
from forge.repository import Repository
from forge.rest import limited
from forge.traffic import Fault, failing, hanging, html, resetting

NAME = "acme/fabrics"
MARKER = "<!-- fgd-sync comment 1234 -->"
TEXT = CheckOutput("3 errors", "## Three errors")


@dataclass
class Place:
    forge: Forge
    git: Repository
    context: RunContext

    def client(self, token: str = "", settings: GitHubSettings | None = None) -> GitHubClient:
        return GitHubClient(token or self.forge.token(), self.context, settings or GitHubSettings())

    @property
    def pulls(self) -> list[Json]:
        desk = self.forge.desks[NAME]
        return [
            {"title": it.title, "body": it.body, "state": it.state, "labels": it.labels} for it in desk.pulls.values()
        ]

    @property
    def comments(self) -> list[str]:
        return [item["body"] for item in self.forge.desks[NAME].comments.values()]

    @property
    def checks(self) -> dict[int, Json]:
        return self.forge.desks[NAME].checks


def place(forge: Forge, urls: dict[str, str]) -> Place:
    git = forge.repository(NAME)
    git.commit({"north/raw/a.yaml": "a: 1\n", "README.md": "x\n"})
    here = RunContext(
        repository=NAME,
        server_url=urls["GITHUB_SERVER_URL"],
        api_url=urls["GITHUB_API_URL"],
        graphql_url=urls["GITHUB_GRAPHQL_URL"],
        sha=git.tip(),
    )
    return Place(forge, git, here)


@pytest.fixture(params=["github.com", "enterprise"])
def world(forge: Forge, request: pytest.FixtureRequest) -> Place:
    return place(forge, forge.urls if request.param == "github.com" else forge.enterprise_urls)


@pytest.fixture
def one(forge: Forge) -> Place:
    return place(forge, forge.urls)


def remark(line: int) -> Annotation:
    return Annotation("north/raw/a.yaml", line, line, Severity.ERROR, "no", "FGD_1003", "a: 1", 4, 5)


def start(world: Place, client: GitHubClient) -> int:
    made = client.start_check(NewCheck("fgd-sync", world.git.tip(), "run-7", "https://example.org/run/7"))
    assert made is not None
    return made


def test_a_check_run_shows_progress_and_ends_with_all_annotations(world: Place) -> None:
    client = world.client()
    check = start(world, client)
    client.update_check(check, CheckOutput("processing", "12 of 40 files"))
    assert client.unfinished_checks(world.git.tip(), "fgd-sync") == {check: "run-7"}
    client.complete_check(check, Conclusion.FAILURE, replace(TEXT, annotations=[remark(n + 1) for n in range(120)]))
    shown = world.checks[check]
    assert (shown["status"], shown["conclusion"]) == ("completed", "failure")
    assert (shown["output"]["title"], shown["output"]["annotations_count"]) == ("3 errors", 120)
    annotations = world.forge.desks[NAME].annotations[check]
    assert [item["start_line"] for item in annotations] == list(range(1, 121))
    assert (annotations[0]["annotation_level"], annotations[0]["start_column"], annotations[0]["end_column"]) == (
        "failure", 4, 5,
    )  # fmt: skip
    assert [state["status"] for state in world.forge.desks[NAME].history[check]][-2:] == ["in_progress", "completed"]
    assert client.unfinished_checks(world.git.tip(), "fgd-sync") == {}


def test_a_check_run_that_is_ended_again_after_a_failure_has_every_annotation_once(one: Place) -> None:
    client, output = one.client(), replace(TEXT, annotations=[remark(n + 1) for n in range(120)])
    check = start(one, client)
    one.forge.api.arm(html(502), "PATCH", at=2)
    with pytest.raises(FgdError):
        client.complete_check(check, Conclusion.FAILURE, output)
    client.complete_check(check, Conclusion.FAILURE, output)
    assert [item["start_line"] for item in one.forge.desks[NAME].annotations[check]] == list(range(1, 121))
    assert one.checks[check]["conclusion"] == "failure"


def test_a_remark_over_lines_has_no_columns(one: Place) -> None:
    client = one.client()
    client.complete_check(
        start(one, client), Conclusion.SUCCESS, replace(TEXT, annotations=[replace(remark(1), end_line=3)])
    )
    (made,) = next(iter(one.forge.desks[NAME].annotations.values()))
    assert (made["end_line"], made["start_column"]) == (3, None)


def test_a_status_is_put_on_a_commit(world: Place) -> None:
    world.client().set_status(
        CommitStatus(world.git.tip(), "success", "fgd-sync", "north: 2 created", "https://e.org/")
    )
    (made,) = world.forge.desks[NAME].statuses
    assert (made["state"], made["context"], made["description"]) == ("success", "fgd-sync", "north: 2 created")


def opened(world: Place, branch: str = "add-vpc") -> int:
    """A pull request that somebody else has opened."""
    world.git.move(f"refs/heads/{branch}", world.git.tip())
    world.git.commit({"north/raw/b.yaml": "b: 1\n"}, branch)
    return world.forge.desks[NAME].open_pull(branch, "main", title="t", body=None, login="somebody").number


def chatter(world: Place, count: int) -> None:
    """As many comments like the first one, so that there are several pages of them."""
    comments = world.forge.desks[NAME].comments
    first = next(iter(comments.values()))
    comments.update({number: {**first, "id": number, "body": f"I quote {MARKER}"} for number in range(1, count + 1)})


@pytest.mark.parametrize("login", ["github-actions[bot]", "our-app[bot]", "a-person"])
def test_our_comment_is_found_by_marker_and_author_and_updated_in_place(world: Place, login: str) -> None:
    is_person = login == "a-person"
    pull, client = opened(world), world.client(world.forge.token(login=login, user=is_person))
    stranger = world.client(world.forge.token(login="stranger", user=True))
    stranger.add_comment(pull, f"{MARKER}\nI copied your marker")
    chatter(world, 120)
    namesake = world.client(world.forge.token(login=login.removesuffix("[bot]"), user=True))
    if not is_person:
        namesake.add_comment(pull, f"{MARKER}\nI have your name")
    assert client.find_comment(pull, MARKER) is None
    made = client.add_comment(pull, f"{MARKER}\nfirst")
    found = client.find_comment(pull, MARKER)
    assert found == made
    client.edit_comment(made.id, f"{MARKER}\nsecond")
    assert [text for text in world.comments if text.startswith(MARKER)][-1] == f"{MARKER}\nsecond"
    assert f"{MARKER}\nI copied your marker" in world.comments


def test_whom_the_token_speaks_for_is_asked_only_if_a_marker_is_there(one: Place) -> None:
    pull, client = opened(one), one.client()
    client.find_comment(pull, MARKER)
    assert not one.forge.api.lines("/user|/graphql")


def test_a_pull_request_is_opened_found_edited_labelled_and_closed(world: Place) -> None:
    client = world.client()
    world.git.move("refs/heads/fgd-sync/north", world.git.tip())
    world.git.commit({"north/managed/x.yaml": "x"}, "fgd-sync/north")
    opened(world)
    assert client.pulls("fgd-sync/north") == []
    made = client.open_pull(NewPull("fgd-sync/north", "main", "Sync north", "body"))
    client.label_pull(made.number, ["fgd-sync"])
    client.edit_pull(made.number, title="Sync north: 2 created", body="new body")
    (found,) = client.pulls("fgd-sync/north")
    assert (found.number, found.title, found.body) == (made.number, "Sync north: 2 created", "new body")
    assert (found.base, found.is_open, found.is_merged) == ("main", True, False)
    assert found.head_commit == world.git.tip("fgd-sync/north")
    client.edit_pull(made.number, title="Sync north", body="nothing left", is_open=False)
    assert [pull.is_open for pull in client.pulls("fgd-sync/north")] == [False]
    assert world.pulls[-1] == {"title": "Sync north", "body": "nothing left", "state": "closed", "labels": ["fgd-sync"]}


def test_a_second_pull_request_of_a_branch_is_refused_in_githubs_words(one: Place) -> None:
    client, number = one.client(), opened(one)
    with pytest.raises(FgdError, match=r"could not open a pull request: .*already exists for acme:add-vpc") as refused:
        client.open_pull(NewPull("add-vpc", "main", "t", "b"))
    assert refused.value.code is code.GITHUB_REFUSED
    assert number


def new_commit(world: Place, **changes: object) -> ApiCommit:
    made = ApiCommit("main", world.git.tip(), "Sync north", "one line\n\nFGD-Fabric: north", {"north/b.yaml": b"\xff\0"}, ["README.md"])  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_commit_is_made_on_the_head_that_was_expected(world: Place) -> None:
    before = world.git.tip()
    made = world.client().commit(new_commit(world))
    assert made == world.git.tip()
    assert world.git.git("rev-parse", "main^").strip() == before
    assert world.git.paths() == ["north/b.yaml", "north/raw/a.yaml"]
    assert world.git.read("north/b.yaml") == b"\xff\0"
    assert world.git.message().rstrip() == "Sync north\n\none line\n\nFGD-Fabric: north"


@pytest.mark.parametrize(
    ("prepare", "changes", "expected"),
    [
        (lambda git: git.commit({"c": "c"}), {}, code.PUSH_REJECTED),
        (lambda git: git.protect(Protection("main")), {}, code.BRANCH_PROTECTED),
        (lambda git: git.protect(Protection("main", style="ruleset")), {}, code.BRANCH_PROTECTED),
        (lambda git: git.protect(Protection("main", STATUS_CHECK, style="ruleset")), {}, code.BRANCH_PROTECTED),
        (lambda git: git.protect(Protection("main", SIGNATURES)), {}, None),
        (lambda git: git.tip(), {"branch": "gone"}, code.GITHUB_NOT_FOUND),
        (lambda git: git.tip(), {"deletions": ["not/there"]}, code.GITHUB_REFUSED),
    ],
)
def test_a_commit_that_cannot_be_made_says_why(
    one: Place, prepare: Callable[[Repository], object], changes: dict[str, object], expected: Code | None
) -> None:
    wanted = new_commit(one, **changes)
    prepare(one.git)
    if expected is None:
        assert one.client().commit(wanted)
        return
    with pytest.raises(FgdError) as refused:
        one.client().commit(wanted)
    assert refused.value.code is expected


def test_facts_of_the_repository_are_told(world: Place) -> None:
    client = world.client()
    assert client.facts() == RepositoryFacts("main", is_archived=False, can_push=True)
    assert world.client(world.forge.token(READ_ONLY)).facts().can_push is None
    world.git.protect(Protection("release/*"))
    world.git.move("refs/heads/release/1", world.git.tip())
    assert (client.is_protected("main"), client.is_protected("release/1")) == (False, True)
    left = client.rate_limit()
    assert isinstance(left, RateLimit)
    assert left.limit == 5000


Act = Callable[[GitHubClient, Place], object]
ACTS: dict[str, tuple[Act, str]] = {
    "checks: write": (lambda it, at: start(at, it), "POST .*check-runs"),
    "statuses: write": (
        lambda it, at: it.set_status(CommitStatus(at.git.tip(), "success", "c", "d")),
        "POST .*statuses",
    ),
    "pull-requests: write": (lambda it, at: it.add_comment(opened(at), "x"), "POST .*comments"),
    "contents: write": (lambda it, at: it.commit(new_commit(at)), "POST /graphql"),
}


@pytest.mark.parametrize("permission", ACTS)
def test_a_missing_permission_is_named_as_the_line_that_the_workflow_lacks(one: Place, permission: str) -> None:
    client = one.client(one.forge.token(READ_ONLY))
    with pytest.raises(FgdError) as refused:
        ACTS[permission][0](client, one)
    assert refused.value.code is code.GITHUB_AUTHENTICATION_FAILED
    assert f"the token lacks `{permission}`" in refused.value.message
    assert refused.value.remedy.startswith(f"Add `{permission}` under `permissions:` of the workflow's job")


def test_githubs_own_word_on_the_permission_goes_before_ours(one: Place) -> None:
    body = b'{"message": "Resource not accessible by integration"}'
    headers = (
        ("Content-Type", "application/json"),
        ("X-Accepted-GitHub-Permissions", "issues=write; pull_requests=write"),
    )
    one.forge.api.arm(failing(403, body, *headers), "POST .*comments")
    with pytest.raises(FgdError, match="the token lacks `issues: write`"):
        one.client().add_comment(opened(one), "x")


def test_what_a_personal_token_cannot_do_is_told(one: Place) -> None:
    with pytest.raises(FgdError, match="a personal token cannot write check runs") as refused:
        start(one, one.client(one.forge.token(user=True)))
    assert "check-run: false" in refused.value.remedy


def test_a_repository_that_lets_actions_open_no_pull_requests_says_where_to_allow_it(one: Place) -> None:
    opened(one)
    one.forge.desks[NAME].may_open_pulls = False
    one.git.move("refs/heads/other", one.git.tip("add-vpc"))
    with pytest.raises(FgdError, match="not permitted to create") as refused:
        one.client().open_pull(NewPull("other", "main", "t", "b"))
    assert "Allow GitHub Actions to create and approve pull requests" in refused.value.remedy


ARCHIVED = failing(403, b'{"message": "Repository was archived so is read-only."}', ("X-GitHub-Request-Id", "1"))
FAULTS: dict[str, tuple[Fault, Code]] = {
    "a proxy's page": (html(502), code.GITHUB_CONNECTION_FAILED),
    "a page where JSON was expected": (html(200), code.GITHUB_CONNECTION_FAILED),
    "broken JSON": (failing(200, b'{"id": 1'), code.GITHUB_CONNECTION_FAILED),
    "nothing where an object was expected": (failing(200, b"null"), code.GITHUB_CONNECTION_FAILED),
    "an error of GitHub's": (failing(500, b'{"message": "Server Error"}'), code.GITHUB_CONNECTION_FAILED),
    "a broken connection": (resetting(), code.GITHUB_CONNECTION_FAILED),
    "no answer": (hanging(), code.GITHUB_CONNECTION_FAILED),
    "a repository that has moved": (failing(307, b'{"message": "Moved", "url": "x"}'), code.GITHUB_NOT_FOUND),
    "a redirect elsewhere": (failing(301, b"", ("Location", "http://other.invalid/x")), code.GITHUB_CONNECTION_FAILED),
    "a secondary limit": (limited(), code.GITHUB_RATE_LIMITED),
    "a secondary limit as 429": (limited(429, 9), code.GITHUB_RATE_LIMITED),
    "an archived repository": (ARCHIVED, code.GITHUB_REFUSED),
    "a rule of validation": (failing(422, b'{"message": "Validation Failed"}'), code.GITHUB_REFUSED),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_failure_has_its_code_and_words_without_the_token(one: Place, name: str) -> None:
    client = one.client(one.forge.token(value="ghs_canary"), GitHubSettings(read_timeout=1))
    fault, expected = FAULTS[name]
    for act, matching in ACTS.values():
        one.forge.api.arm(fault, matching)
        with pytest.raises(FgdError) as failed:
            act(client, one)
        assert failed.value.code is expected
        assert failed.value.message.startswith("could not ")
        assert failed.value.remedy
        told = f"{failed.value.message} {failed.value.remedy} {failed.value.details}"
        assert not [word for word in ("canary", "<html>", "Traceback", "HTTPConnection") if word in told]


def test_a_server_that_says_the_token_in_its_answer_is_not_quoted_with_it(one: Place) -> None:
    one.forge.api.arm(failing(422, b'{"message": "bad header Authorization: token ghs_canary"}'), "POST")
    with pytest.raises(FgdError, match=r"bad header Authorization: token \*\*\*"):
        start(one, one.client(one.forge.token(value="ghs_canary")))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://nowhere.invalid"])
def test_a_server_that_is_not_there_is_named(one: Place, url: str) -> None:
    client = GitHubClient("t", replace(one.context, api_url=url), GitHubSettings(connection_timeout=5))
    with pytest.raises(FgdError, match=r"(127\.0\.0\.1|nowhere\.invalid) cannot be reached") as failed:
        client.facts()
    assert failed.value.code is code.GITHUB_CONNECTION_FAILED


@pytest.mark.parametrize("value", ["ghs_unknown", ""])
def test_a_token_that_is_not_valid_is_told_so(one: Place, value: str) -> None:
    token = value or one.forge.token(expired=True)
    with pytest.raises(FgdError, match="the token is not valid, or has expired") as failed:
        one.client(token).facts()
    assert failed.value.code is code.GITHUB_AUTHENTICATION_FAILED


def test_a_limit_that_is_used_up_says_when_to_come_again(one: Place) -> None:
    one.forge.rate.remaining = 0
    with pytest.raises(FgdError, match=r"too many requests; again at 20\d\d-.*Z") as failed:
        one.client().facts()
    assert failed.value.code is code.GITHUB_RATE_LIMITED
    assert 3500 < failed.value.details["retry_after"] <= 3601
    assert failed.value.details["reset"].endswith("Z")


@pytest.fixture
def nearly_used_up(one: Place) -> tuple[GitHubClient, int]:
    client = one.client(settings=GitHubSettings(rate_limit_buffer=100))
    check = start(one, client)
    one.forge.rate.remaining = 101
    client.update_check(check, TEXT)
    return client, check


def test_the_last_requests_are_kept_for_others(one: Place, nearly_used_up: tuple[GitHubClient, int]) -> None:
    client, check = nearly_used_up
    before = len(one.forge.api.requests)
    with pytest.raises(FgdError, match=r"100 requests are left until .*`github.rate_limit_buffer` keeps 100") as failed:
        client.update_check(check, TEXT)
    assert failed.value.code is code.GITHUB_RATE_LIMITED
    assert len(one.forge.api.requests) == before


def test_a_check_run_is_ended_even_with_the_last_requests(one: Place, nearly_used_up: tuple[GitHubClient, int]) -> None:
    client, check = nearly_used_up
    client.complete_check(check, Conclusion.SUCCESS, TEXT)
    assert one.checks[check]["conclusion"] == "success"


def test_a_server_without_check_runs_says_none(one: Place) -> None:
    one.forge.api.arm(failing(404, b"<html>Not found.</html>"), "POST .*check-runs")
    assert one.client().start_check(NewCheck("fgd-sync", one.git.tip(), "1")) is None


def test_a_server_without_graphql_names_the_mode_that_works_there(one: Place) -> None:
    one.forge.api.arm(failing(404, b"<html>Not found.</html>"), "POST /graphql")
    with pytest.raises(FgdError, match=r"could not make the commit: 127\.0\.0\.1 has no API for it") as failed:
        one.client().commit(new_commit(one))
    assert "commit_mode: push" in failed.value.remedy


def test_an_answer_that_is_not_understood_is_a_failure_in_words(one: Place) -> None:
    client, pull = one.client(), opened(one)
    acts: list[Callable[[], object]] = [
        lambda: start(one, client),
        lambda: client.unfinished_checks(one.git.tip(), "x"),
        lambda: client.pulls("x"),
        client.facts,
        lambda: client.find_comment(pull, MARKER),
        lambda: client.add_comment(pull, "x"),
        lambda: client.commit(new_commit(one)),
    ]
    for act in acts:
        one.forge.api.arm(failing(200, b'{"a": ["b"]}'), "")
        with pytest.raises(FgdError, match="is not of the form that was expected"):
            act()


def test_check_runs_that_github_hides_from_a_token_are_a_failure(one: Place) -> None:
    elsewhere = replace(one.context, repository="acme/unknown")
    with pytest.raises(FgdError) as failed:
        GitHubClient(one.forge.token(), elsewhere, GitHubSettings()).start_check(NewCheck("x", one.git.tip(), "1"))
    assert failed.value.code is code.GITHUB_NOT_FOUND


def test_nothing_is_loaded_or_sent_before_something_is_said(one: Place) -> None:
    one.client()
    assert not one.forge.api.requests
