"""The store on a git server over HTTP: what it sends, what it leaves behind, and how every refusal is told."""

import os
import socket
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fgd_sync.adapters.git_failures import is_lost
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.protection import PULL_REQUEST, SIGNATURES, STATUS_CHECK, Protection
from forge.repository import Repository, environment
from forge.traffic import Fault, after, failing, hanging, losing_the_answer, resetting
from git_world import new

MAIN = "refs/heads/main"
LOCK = "refs/fgd/lock/north"
QUICK = GitHubSettings(connection_timeout=1, read_timeout=1)
PATIENT = GitHubSettings(connection_timeout=10, read_timeout=10)
PUSH = "POST .*git-receive-pack"


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/raw/a.yaml": "a: 1\n", "README.md": "x\n"})
    return made


@pytest.fixture
def open_store(forge: Forge, repository: Repository, tmp_path: Path) -> Callable[..., RemoteStore]:
    count = iter(range(100))

    def make(
        token: str | None = None,
        *,
        settings: GitHubSettings = PATIENT,
        url: str = "",
        workspace: Path | None = None,
    ) -> RemoteStore:
        token = forge.token() if token is None else token
        scratch = tmp_path / f"scratch{next(count)}"
        url = url or forge.clone_url(repository)
        return RemoteStore(url, scratch, token=token, settings=settings, workspace=workspace)

    return make


def clone(forge: Forge, repository: Repository, place: Path, *options: str) -> Path:
    """A checkout as actions/checkout leaves it: of one commit, with a token in its configuration."""
    header = f"AUTHORIZATION: basic {b64encode(f'x-access-token:{forge.token()}'.encode()).decode()}"
    key = f"http.{forge.server_url}/.extraheader"
    words = ["git", "-c", f"{key}={header}", "clone", "-q", *options, forge.clone_url(repository), str(place)]
    subprocess.run(words, check=True, env=environment(), capture_output=True)
    subprocess.run(["git", "-C", str(place), "config", key, header], check=True, env=environment())
    return place


def change(store: RemoteStore, name: str = "north/managed/a.yaml", text: bytes = b"a: 2\n") -> RefMove:
    """A commit on the tip of main, ready to be pushed."""
    tip = store.refs(MAIN)[MAIN]
    store.fetch([tip])
    return RefMove(MAIN, tip, store.commit(new({name: text}, tip)))


def expect(store: RemoteStore, moves: list[RefMove], expected: Code) -> FgdError:
    with pytest.raises(FgdError) as caught:
        store.update(moves)
    assert caught.value.code is expected, caught.value.message
    assert caught.value.remedy
    return caught.value


# -- what goes over the wire ------------------------------------------------------------------------------------------


def test_a_commit_reaches_the_branch_with_its_lock_in_one_push(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge
) -> None:
    store = open_store()
    move = change(store)
    store.update([move, RefMove(LOCK, "", store.commit(new({}, message="held")))])
    assert repository.tip() == move.new
    assert repository.read("north/managed/a.yaml") == b"a: 2\n"
    assert repository.read("README.md") == b"x\n"
    assert set(repository.refs()) == {MAIN, LOCK}
    assert forge.git.writes == ["POST /acme/fabrics/git-receive-pack"]
    assert "fsck" not in repository.git("fsck", "--strict", "--full")


def test_only_what_a_shallow_workspace_lacks_is_fetched(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, tmp_path: Path
) -> None:
    big = "".join(f"line {number}\n" for number in range(200_000))
    repository.commit({"history.yaml": "gone\n"})
    repository.commit({"history.yaml": None, "big.yaml": big})
    workspace = clone(forge, repository, tmp_path / "workspace", "--depth=1")
    store = open_store(workspace=workspace)
    seen = len(forge.git.requests)
    move = change(store)
    assert not [line for line in forge.git.lines()[seen:] if "upload-pack" in line and line.startswith("POST")][1:]
    store.update([move])
    # Back to what only the missing history had: a server that took the history for granted would leave it out.
    back = repository.commit({"history.yaml": "gone\n"})
    store.fetch([back])
    entries = store.entries(back)
    assert store.blobs([entries["history.yaml"].id]) == {entries["history.yaml"].id: b"gone\n"}
    assert len(store.sizes([entry.id for entry in entries.values()])) == len(entries)
    objects = sum(path.stat().st_size for path in store.git.directory.rglob("*.pack"))
    assert objects < 20_000
    assert open_store(workspace=workspace).refs(MAIN) == {MAIN: back}


def test_a_partial_clone_is_not_borrowed_from(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, tmp_path: Path
) -> None:
    workspace = clone(forge, repository, tmp_path / "workspace", "--filter=blob:none", "--no-checkout")
    store = open_store(workspace=workspace)
    tip = store.refs(MAIN)[MAIN]
    store.fetch([tip])
    entries = store.entries(tip)
    assert store.blobs([entries["README.md"].id]) == {entries["README.md"].id: b"x\n"}


def test_a_commit_on_an_older_tip_reaches_another_branch(
    open_store: Callable[..., RemoteStore], repository: Repository
) -> None:
    store = open_store()
    move = change(store)
    repository.commit({"README.md": "moved on\n"})
    store.update([RefMove("refs/heads/fgd/north", "", move.new)])
    assert repository.log("fgd/north")[1:] == repository.log(move.old)
    repository.git("fsck", "--strict", "--full")


def test_linked_work_trees_lend_their_objects_and_a_folder_without_git_has_none(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, tmp_path: Path
) -> None:
    workspace = clone(forge, repository, tmp_path / 'work"space é')
    linked = tmp_path / "linked"
    subprocess.run(
        ["git", "-C", str(workspace), "worktree", "add", "-q", str(linked)],
        check=True,
        env=environment(),
        capture_output=True,
    )
    tip = repository.tip()
    for root in (workspace, linked):
        store = open_store(workspace=root)
        assert "README.md" in store.entries(tip)
    outside = tmp_path / "outside"
    outside.mkdir()
    assert open_store(workspace=outside).refs(MAIN) == {MAIN: tip}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_workspace_of_the_runners_user(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, tmp_path: Path
) -> None:
    workspace = clone(forge, repository, tmp_path / "workspace", "--depth=1")
    for path in (workspace, *workspace.rglob("*")):
        os.lchown(path, 1001, 1001)
    store = open_store(workspace=workspace)
    store.update([change(store)])
    assert {path.lstat().st_uid for path in workspace.rglob("*")} == {1001}


# -- the token --------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the user, still empty."""
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    return place


def test_one_header_with_our_token_whatever_the_configuration_says(
    open_store: Callable[..., RemoteStore],
    repository: Repository,
    forge: Forge,
    tmp_path: Path,
    home: Path,
) -> None:
    other = "AUTHORIZATION: basic b3RoZXI6b3RoZXI="
    keys = [
        "http",
        f"http.{forge.server_url}/",
        f"http.{forge.server_url}/acme/",
        f"http.{forge.clone_url(repository)}",
    ]
    for key in keys:
        subprocess.run(
            ["git", "config", "-f", str(home / ".gitconfig"), "--add", f"{key}.extraheader", other], check=True
        )
    helper = f"!f() {{ echo called >> {home}/called; echo password=wrong; }}; f"
    subprocess.run(["git", "config", "-f", str(home / ".gitconfig"), "credential.helper", helper], check=True)
    token = forge.token()
    store = open_store(token, workspace=clone(forge, repository, tmp_path / "workspace"))
    seen = len(forge.git.requests)
    store.update([change(store)])
    for request in forge.git.requests[seen:]:
        assert [name for name, _ in request.headers if name.lower() == "authorization"] == ["Authorization"]
        assert request.credential == token
    with pytest.raises(FgdError):
        open_store("expired").refs("refs/")
    assert not (home / "called").exists()


def test_the_token_stands_in_no_argument_file_url_or_failure(
    open_store: Callable[..., RemoteStore],
    repository: Repository,
    forge: Forge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = forge.token(READ_ONLY)
    header = b64encode(f"x-access-token:{token}".encode()).decode()
    seen: list[bytes] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.002):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.append(path.read_bytes())
                except OSError:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    monkeypatch.setenv("GITHUB_TOKEN", token)
    url = forge.clone_url(repository).replace("http://", f"http://someone:{token}@")
    store = open_store(token, url=url)
    for _ in range(20):
        failure = expect(store, [change(store)], code.GITHUB_AUTHENTICATION_FAILED)
        if any(b"receive-pack" in words or b"push" in words for words in seen):
            break
    stop.set()
    thread.join()
    told = " ".join((store.name, failure.message, failure.remedy, repr(failure.details), repr(store.git))).encode()
    files = b"".join(path.read_bytes() for path in store.git.directory.rglob("*") if path.is_file())
    assert any(b"receive-pack" in words or b"push" in words for words in seen)
    for place in (b"".join(seen), files, store.name.encode(), failure.message.encode(), told):
        assert token.encode() not in place
        assert header.encode() not in place
    assert store.name == forge.clone_url(repository)


def test_a_password_in_the_url_is_sent_like_a_token(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge
) -> None:
    token = forge.token()
    url = forge.clone_url(repository).replace("http://", f"http://me:%6{token.encode().hex()[1]}{token[1:]}@")
    store = open_store("", url=url)
    assert store.refs(MAIN) == {MAIN: repository.tip()}
    assert {request.credential for request in forge.git.requests} == {token}
    assert not any(token in value for name, value in store.git.settings if name.endswith(".url"))
    assert token not in store.name


def test_without_a_token_git_finds_credentials_as_the_user_set_them_up(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, home: Path
) -> None:
    helper = f"!f() {{ echo username=me; echo password={forge.token()}; }}; f"
    subprocess.run(["git", "config", "-f", str(home / ".gitconfig"), "credential.helper", helper], check=True)
    assert open_store("").refs(MAIN) == {MAIN: repository.tip()}


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_races_are_told_whichever_side_sees_them(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge
) -> None:
    store = open_store()
    move = change(store)
    lock = RefMove(LOCK, "", store.commit(new({}, message="held")))
    repository.commit({"README.md": "rival\n"})
    assert expect(store, [move, lock], code.PUSH_REJECTED).details["refs"] == [MAIN]
    move = change(store)
    forge.git.arm(after(lambda: repository.commit({"README.md": "within the push\n"})), PUSH)
    assert expect(store, [move, lock], code.PUSH_REJECTED).details["refs"] == [MAIN]
    move = change(store)
    forge.git.arm(after(lambda: repository.move(LOCK, repository.tip())), PUSH)
    assert expect(store, [move, lock], code.PUSH_REJECTED).details["refs"] == [LOCK]
    gone = RefMove(LOCK, repository.tip(), "")
    forge.git.arm(after(lambda: repository.drop(LOCK)), PUSH)
    assert expect(store, [move, gone], code.PUSH_REJECTED).details["refs"] == [LOCK]
    assert set(repository.refs()) == {MAIN}
    store.update([change(store), lock])


@pytest.mark.parametrize("style", ["classic", "ruleset"])
@pytest.mark.parametrize(
    ("rule", "expected", "remedy"),
    [
        (PULL_REQUEST, code.BRANCH_PROTECTED, "pull-request"),
        (STATUS_CHECK, code.BRANCH_PROTECTED, "pull-request"),
        (SIGNATURES, code.COMMIT_UNSIGNED, "api"),
        ("Cannot update this protected ref.", code.BRANCH_PROTECTED, "pull-request"),
    ],
)
def test_protected_branches(
    open_store: Callable[..., RemoteStore],
    repository: Repository,
    *,
    style: str,
    rule: str,
    expected: Code,
    remedy: str,
) -> None:
    store = open_store()
    lock = RefMove(LOCK, "", store.commit(new({}, message="held")))
    repository.protect(Protection("main", rule, "classic" if style == "classic" else "ruleset"))
    failure = expect(store, [change(store), lock], expected)
    assert f"commit_mode: {remedy}" in failure.remedy
    assert rule in failure.message
    assert set(repository.refs()) == {MAIN}


@pytest.mark.parametrize(
    ("said", "expected", "remedy"),
    [
        ("GH001: Large files detected. You may want to try Git Large File Storage.", code.GITHUB_REFUSED, "Take the file"),
        ("GH009: Secrets detected! This push failed.", code.GITHUB_REFUSED, "revoke"),
        ("GH013: Repository rule violations found\n- GITHUB PUSH PROTECTION\n - Push cannot contain secrets", code.GITHUB_REFUSED, "revoke"),
        ("GitLab: You are not allowed to push code to protected branches on this project.", code.BRANCH_PROTECTED, "commit_mode"),
        ("Gitea: Not allowed to push to protected branch main", code.BRANCH_PROTECTED, "commit_mode"),
        ("This repository was archived so it is read-only.", code.GITHUB_AUTHENTICATION_FAILED, "Unarchive"),
        ("a house rule: no commits on Fridays", code.GITHUB_REFUSED, "words"),
    ],
)  # fmt: skip
def test_what_hooks_of_servers_say(
    open_store: Callable[..., RemoteStore], repository: Repository, said: str, expected: Code, remedy: str
) -> None:
    hook = repository.path / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    lines = "\n".join(f"echo 'error: {line}' >&2" for line in said.splitlines())
    hook.write_text(f"#!/bin/sh\n{lines}\nexit 1\n")
    hook.chmod(0o755)
    store = open_store()
    failure = expect(store, [change(store)], expected)
    assert said.splitlines()[-1].strip(" -") in failure.message
    assert remedy in failure.remedy


def test_what_the_settings_of_a_server_forbid(open_store: Callable[..., RemoteStore], repository: Repository) -> None:
    store = open_store()
    lock = RefMove(LOCK, "", store.commit(new({}, message="held")))
    store.update([lock])
    repository.git("config", "receive.denyDeletes", "true")
    branch = RefMove("refs/heads/fgd/lock", "", lock.new)
    store.update([branch])
    gone = RefMove(branch.ref, branch.new, "")
    assert "denyDeletes" in expect(store, [gone], code.GITHUB_REFUSED).remedy
    repository.refuse_refs("refs/fgd")
    state = RefMove("refs/fgd/state/north", "", lock.new)
    assert "sync.state_refs: refs/heads/fgd" in expect(store, [state], code.GITHUB_REFUSED).remedy
    repository.git("config", "receive.advertiseAtomic", "false")
    two = [change(store), RefMove("refs/heads/other", "", lock.new)]
    assert "advertiseAtomic" in expect(store, two, code.GITHUB_REFUSED).remedy
    assert set(repository.refs("refs/heads/")) == {MAIN, branch.ref}


def test_a_server_whose_disk_is_full_or_closed(open_store: Callable[..., RemoteStore], repository: Repository) -> None:
    store = open_store()
    move = change(store)
    hook = repository.path / "objects"
    repository.git("config", "receive.unpackLimit", "1")
    repository.git("config", "receive.maxInputSize", "10")
    failure = expect(store, [move], code.GITHUB_CONNECTION_FAILED)
    assert "server" in failure.remedy
    assert hook.exists()


@pytest.mark.parametrize(
    ("rights", "user", "expected", "remedy"),
    [
        (READ_ONLY, False, code.GITHUB_AUTHENTICATION_FAILED, "permissions: contents: write"),
        (READ_ONLY, True, code.GITHUB_AUTHENTICATION_FAILED, "permissions: contents: write"),
    ],
)
def test_a_token_that_may_only_read(
    open_store: Callable[..., RemoteStore],
    forge: Forge,
    *,
    rights: dict[str, str],
    user: bool,
    expected: Code,
    remedy: str,
) -> None:
    store = open_store(forge.token(rights, user=user))
    assert remedy in expect(store, [change(store)], expected).remedy


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda make, forge: make(forge.token(expired=True)), code.GITHUB_AUTHENTICATION_FAILED),
        (lambda make, _: make("no such token"), code.GITHUB_AUTHENTICATION_FAILED),
        (lambda make, _: make(""), code.GITHUB_AUTHENTICATION_FAILED),
        (lambda make, forge: make(url=f"{forge.server_url}/acme/none"), code.GITHUB_NOT_FOUND),
        (lambda make, forge: make(forge.token(repositories=frozenset({"x/y"}))), code.GITHUB_NOT_FOUND),
        (lambda make, _: make(url="file:///nonexistent/repository"), code.GITHUB_NOT_FOUND),
    ],
)
def test_who_may_not_even_look(
    open_store: Callable[..., RemoteStore],
    forge: Forge,
    ask: Callable[[Callable[..., RemoteStore], Forge], RemoteStore],
    expected: Code,
) -> None:
    with pytest.raises(FgdError) as caught:
        ask(open_store, forge).refs("refs/")
    assert caught.value.code is expected, caught.value.message


def test_a_branch_that_was_deleted_meanwhile(open_store: Callable[..., RemoteStore], repository: Repository) -> None:
    store = open_store()
    move = change(store)
    repository.drop(MAIN)
    assert expect(store, [move], code.PUSH_REJECTED).details["refs"] == [MAIN]
    assert store.refs(MAIN) == {}
    with pytest.raises(FgdError) as caught:
        store.fetch([MAIN])
    assert caught.value.code is code.GITHUB_NOT_FOUND


# -- neighbours that fail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected", "lost"),
    [
        (failing(500), code.GITHUB_CONNECTION_FAILED, True),
        (failing(502), code.GITHUB_CONNECTION_FAILED, True),
        (failing(503), code.GITHUB_CONNECTION_FAILED, True),
        (failing(429), code.GITHUB_RATE_LIMITED, False),
        (resetting(), code.GITHUB_CONNECTION_FAILED, True),
        (hanging(), code.GITHUB_CONNECTION_FAILED, True),
        (
            failing(200, b"<html>\n<p>not git</p>\n</html>\n", ("Content-Type", "text/html")),
            code.GITHUB_CONNECTION_FAILED,
            True,
        ),
    ],
)
def test_servers_that_fail(
    open_store: Callable[..., RemoteStore], forge: Forge, *, fault: Fault, expected: Code, lost: bool
) -> None:
    store = open_store(settings=QUICK)
    forge.git.arm(fault, "info/refs", times=9)
    with pytest.raises(FgdError) as caught:
        store.refs("refs/")
    assert caught.value.code is expected, caught.value.message
    assert is_lost(caught.value) is lost
    assert caught.value.code.retryable


def test_a_page_of_one_line_is_no_empty_repository(open_store: Callable[..., RemoteStore], forge: Forge) -> None:
    forge.git.arm(failing(200, b"<html>log in</html>", ("Content-Type", "text/html")), "info/refs", times=9)
    with pytest.raises(FgdError, match="not as a git server does") as caught:
        open_store().refs("refs/")
    assert caught.value.code is code.GITHUB_CONNECTION_FAILED


def test_an_empty_repository_gets_commits_of_its_own_hash_function(
    open_store: Callable[..., RemoteStore], tmp_path: Path
) -> None:
    place = tmp_path / "empty.git"
    subprocess.run(["git", "init", "-q", "--bare", "--object-format=sha256", str(place)], check=True)
    store = open_store(url=f"file://{place}")
    commit = store.commit(new({"a.yaml": b"a: 1\n"}))
    store.update([RefMove(MAIN, "", commit)])
    assert store.refs("refs/") == {MAIN: commit}


@pytest.mark.parametrize("fault", [losing_the_answer(), failing(502)])
def test_a_push_whose_answer_got_lost_is_looked_up(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge, fault: Fault
) -> None:
    store = open_store()
    move = change(store)
    forge.git.arm(fault, PUSH)
    if fault.kind == "late":
        store.update([move])
        assert repository.tip() == move.new
    else:
        expect(store, [move], code.GITHUB_CONNECTION_FAILED)
        assert repository.tip() == move.old


def test_a_push_that_hangs_is_given_up_and_looked_up(
    open_store: Callable[..., RemoteStore], repository: Repository, forge: Forge
) -> None:
    store = open_store(settings=QUICK)
    move = change(store)
    forge.git.arm(hanging(), PUSH)
    start = time.monotonic()
    failure = expect(store, [move], code.GITHUB_CONNECTION_FAILED)
    assert time.monotonic() - start < 8
    assert "unknown" not in failure.details
    assert repository.tip() == move.old
    forge.git.arm(losing_the_answer(), PUSH)
    forge.git.arm(hanging(), "info/refs", at=2, times=9)
    assert expect(store, [move], code.GITHUB_CONNECTION_FAILED).details["unknown"] is True
    assert repository.tip() == move.new


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where the kernel takes connections and nobody answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1/x", "does not answer"),
        ("http://no-such-host.invalid/x", "name is not known"),
        ("https://127.0.0.1:{port}/x", "took too long|no answer in time"),
        ("http://127.0.0.1:{port}/x", "took too long|no answer in time"),
    ],
)
def test_servers_that_cannot_be_reached(
    open_store: Callable[..., RemoteStore], silent_port: int, address: str, words: str
) -> None:
    start = time.monotonic()
    with pytest.raises(FgdError, match=words) as caught:
        open_store(url=address.format(port=silent_port), settings=QUICK).refs("refs/")
    assert caught.value.code is code.GITHUB_CONNECTION_FAILED
    assert time.monotonic() - start < 5


def test_a_server_without_a_trusted_certificate(open_store: Callable[..., RemoteStore], forge: Forge) -> None:
    with pytest.raises(FgdError, match="no safe connection") as caught:
        open_store(url=forge.server_url.replace("http://", "https://"), settings=PATIENT).refs("refs/")
    assert caught.value.code is code.GITHUB_CONNECTION_FAILED


@pytest.mark.parametrize(
    ("damage", "words"), [(Path.unlink, "lacks the object"), (lambda path: path.write_bytes(b""), "lacks")]
)
def test_a_damaged_workspace_is_told_with_what_to_do(
    open_store: Callable[..., RemoteStore],
    repository: Repository,
    forge: Forge,
    tmp_path: Path,
    *,
    damage: Callable[[Path], object],
    words: str,
) -> None:
    workspace = clone(forge, repository, tmp_path / "workspace")
    for pack in (workspace / ".git/objects/pack").glob("*.pack"):
        data = pack.read_bytes()
        pack.with_suffix(".idx").unlink()
        pack.unlink()
        subprocess.run(["git", "unpack-objects", "-q"], cwd=workspace, input=data, check=True)
    store = open_store(workspace=workspace)
    tip = store.refs(MAIN)[MAIN]
    store.fetch([tip])
    blob = store.entries(tip)["README.md"].id
    path = workspace / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    damage(path)
    with pytest.raises(FgdError, match=words) as caught:
        store.blobs([blob])
    assert caught.value.code is code.SYNC_FAILED
    assert "fetch-depth: 0" in caught.value.remedy
