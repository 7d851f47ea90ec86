"""The git server of the test bed behaves as GitHub's: tokens, refusals, lost races, and faults on demand."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from git_client import Clone, authorized

from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.protection import SIGNATURES, Protection
from forge.repository import IDENTITY, Repository, environment
from forge.traffic import after, failing, hanging, losing_the_answer, resetting


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/raw/a.yaml": "a: 1\n", "README.md": "x\n"})
    return made


@pytest.fixture
def clone(forge: Forge, repository: Repository, tmp_path: Path) -> Clone:
    return Clone.of(forge.clone_url(repository), tmp_path / "clone", forge.token())


def another(forge: Forge, repository: Repository, tmp_path: Path, token: str) -> Clone:
    return Clone.of(forge.clone_url(repository), tmp_path / f"clone-{len(forge.tokens)}", token)


def test_a_token_that_may_write_pushes(clone: Clone, repository: Repository, forge: Forge) -> None:
    made = clone.commit("b.txt", "b")
    clone.git("push", "-q", "origin", "main")
    assert repository.tip() == made
    assert {request.scheme for request in forge.git.requests} == {"basic"}
    assert forge.git.writes == ["POST /acme/fabrics/git-receive-pack"]


def test_a_bearer_token_works_too(forge: Forge, repository: Repository) -> None:
    header = f"Authorization: Bearer {forge.token()}"
    known = {**environment(), **authorized("", header)}
    done = subprocess.run(
        ["git", "ls-remote", forge.clone_url(repository)], env=known, capture_output=True, text=True, check=True
    )
    assert repository.tip() in done.stdout
    assert {request.scheme for request in forge.git.requests} == {"bearer"}


def test_a_second_authorization_header_is_refused(forge: Forge, repository: Repository) -> None:
    header = f"Authorization: Bearer {forge.token()}"
    known = {**environment(), **authorized("", header, header)}
    done = subprocess.run(
        ["git", "ls-remote", forge.clone_url(repository)], env=known, capture_output=True, text=True, check=False
    )
    assert "error: 400" in done.stderr


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ({"rights": READ_ONLY}, ["Write access to repository not granted.", "error: 403"]),
        (
            {"rights": READ_ONLY, "user": True, "login": "ann"},
            ["Permission to acme/fabrics.git denied to ann.", "error: 403"],
        ),
    ],
)
def test_a_token_that_may_only_read_cannot_push(
    token: dict[str, object], said: list[str], forge: Forge, repository: Repository, tmp_path: Path
) -> None:
    before = repository.tip()
    clone = another(forge, repository, tmp_path, forge.token(**token))  # type: ignore[arg-type]
    clone.commit("b.txt", "b")
    done = clone.attempt("push", "origin", "main")
    assert all(text in done.stderr for text in said), done.stderr
    assert repository.tip() == before


def test_an_expired_token_and_one_of_another_repository_see_nothing(forge: Forge, clone: Clone) -> None:
    expired = Clone(clone.path, forge.token(expired=True)).attempt("fetch", "origin")
    assert "could not read Username" in expired.stderr, "git asks for another name, as it does of GitHub"
    elsewhere = Clone(clone.path, forge.token(repositories=frozenset({"acme/other"}))).attempt("fetch", "origin")
    assert "Repository not found." in elsewhere.stderr


def test_a_public_repository_needs_no_token_to_read(forge: Forge) -> None:
    repository = forge.repository("acme/public", private=False)
    tip = repository.commit({"a": "a"})
    done = subprocess.run(
        ["git", "ls-remote", forge.clone_url(repository)], env=environment(), capture_output=True, text=True, check=True
    )
    assert tip in done.stdout


@pytest.mark.parametrize(
    ("protection", "said"),
    [
        (Protection("main"), ["error: GH006: Protected branch update failed for refs/heads/main.",
                              "- Changes must be made through a pull request.",
                              "main -> main (protected branch hook declined)"]),
        (Protection("main", SIGNATURES), ["GH006", "- Commits must have verified signatures.", "(protected branch hook declined)"]),
        (Protection("ma*", SIGNATURES, "ruleset"), ["error: GH013: Repository rule violations found for refs/heads/main.",
                                                    "- Commits must have verified signatures.", "  Found 1 violation:",
                                                    "(push declined due to repository rule violations)"]),
    ],
)  # fmt: skip
def test_a_protected_branch_is_refused_in_githubs_words(
    protection: Protection, said: list[str], clone: Clone, repository: Repository
) -> None:
    before = repository.tip()
    repository.protect(protection)
    clone.commit("b.txt", "b")
    done = clone.attempt("push", "origin", "main", "HEAD:refs/heads/free")
    assert all(text in done.stderr for text in said), done.stderr
    assert repository.tip() == before
    assert "[new branch]" in done.stderr, "other branches of the same push are not touched by the rule"


def test_an_atomic_push_with_a_protected_branch_moves_nothing(clone: Clone, repository: Repository) -> None:
    repository.protect(Protection("main"))
    before = repository.refs()
    clone.commit("b.txt", "b")
    done = clone.attempt("push", "--atomic", "origin", "main", "HEAD:refs/fgd/lock/north")
    assert done.returncode
    assert repository.refs() == before


def test_a_signed_commit_passes_the_rule_on_signatures(clone: Clone, repository: Repository) -> None:
    repository.protect(Protection("main", SIGNATURES, "ruleset"))
    signed = repository.sign(repository.make_commit(repository.make_tree({"c": "c"}, "main"), "c", [repository.tip()]))
    clone.git("fetch", "-q", "origin", signed)
    clone.git("push", "-q", "origin", "FETCH_HEAD:main")
    assert repository.tip() == signed


def test_a_namespace_of_refs_can_be_refused(clone: Clone, repository: Repository) -> None:
    repository.refuse_refs("refs/fgd")
    done = clone.attempt("push", "origin", "HEAD:refs/fgd/lock/north")
    assert "(deny updating a hidden ref)" in done.stderr


def test_the_loser_of_a_race_hears_fetch_first(clone: Clone, repository: Repository) -> None:
    repository.commit({"rival": "r"})
    clone.commit("b.txt", "b")
    assert "[rejected]" in (said := clone.attempt("push", "origin", "main").stderr)
    assert "(fetch first)" in said


def test_the_loser_of_a_race_within_the_push_hears_the_server(
    clone: Clone, repository: Repository, forge: Forge
) -> None:
    """The rival's commit lands after the server named its refs and before it got ours."""
    forge.git.arm(after(lambda: repository.commit({"rival": "r"})), "POST .*git-receive-pack")
    clone.commit("b.txt", "b")
    done = clone.attempt("push", "origin", "main")
    assert "[remote rejected] main -> main (cannot lock ref" in done.stderr or "(failed to update ref)" in done.stderr
    assert repository.paths() == ["README.md", "north/raw/a.yaml", "rival"]


def test_leases_on_several_refs_hold_or_fail_together(clone: Clone, repository: Repository) -> None:
    """One push moves the branch, a lock from one holder to the next, and drops another lock, or nothing of it."""
    first, second, commit = clone.nonce("holder 1"), clone.nonce("holder 2"), clone.commit("b.txt", "b")
    for ref in ("refs/fgd/lock/north", "refs/fgd/lock/south"):
        clone.git("push", "-q", f"--force-with-lease={ref}:", "origin", f"{first}:{ref}")
    push = ["push", "--atomic", "origin", "main", f"{second}:refs/fgd/lock/north", ":refs/fgd/lock/south"]
    stale = [f"--force-with-lease=refs/fgd/lock/north:{second}", f"--force-with-lease=refs/fgd/lock/south:{first}"]
    before = repository.refs()
    assert "stale info" in clone.attempt(push[0], *stale, *push[1:]).stderr
    assert repository.refs() == before
    good = [f"--force-with-lease=refs/fgd/lock/{name}:{first}" for name in ("north", "south")]
    clone.git(push[0], *good, *push[1:])
    assert repository.refs() == {"refs/heads/main": commit, "refs/fgd/lock/north": second}


def test_one_of_many_takes_a_lock(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    """A hundred clients push a commit of their own to one new ref at once."""
    clone = another(forge, repository, tmp_path, forge.token())
    nonces = [clone.nonce(f"holder {number}") for number in range(100)]
    ref = "refs/fgd/lock/north"

    def take(nonce: str) -> int:
        return clone.attempt("push", f"--force-with-lease={ref}:", "origin", f"{nonce}:{ref}").returncode

    with ThreadPoolExecutor(100) as pool:
        statuses = list(pool.map(take, nonces))
    assert statuses.count(0) == 1
    assert repository.refs(ref) == {ref: nonces[statuses.index(0)]}


def test_a_shallow_clone_and_a_commit_by_its_id_can_be_fetched(
    clone: Clone, repository: Repository, tmp_path: Path, forge: Forge
) -> None:
    old, _ = repository.tip(), repository.commit({"new": "n"})
    shallow = Clone.of(forge.clone_url(repository), tmp_path / "shallow", clone.token, "--depth=1")
    assert shallow.git("rev-list", "--count", "HEAD") == "1"
    shallow.git("fetch", "-q", "--depth=1", "origin", old)
    assert shallow.git("rev-parse", "FETCH_HEAD") == old


def test_a_reset_before_the_work_leaves_the_remote_and_one_after_it_does_not(
    clone: Clone, repository: Repository, forge: Forge
) -> None:
    before, made = repository.tip(), clone.commit("b.txt", "b")
    forge.git.arm(
        resetting(), "POST .*git-receive-pack", times=2
    )  # curl tries again by itself where it reused a connection
    assert clone.attempt("push", "origin", "main").returncode
    assert repository.tip() == before
    forge.git.arm(losing_the_answer(), "POST .*git-receive-pack", times=2)
    assert clone.attempt("push", "origin", "main").returncode
    assert repository.tip() == made


def test_the_nth_request_fails_and_only_that(clone: Clone, forge: Forge) -> None:
    forge.git.arm(failing(503), "info/refs", at=2)
    statuses = [clone.attempt("ls-remote", "origin").returncode for _ in range(3)]
    assert [bool(status) for status in statuses] == [False, True, False]


def test_a_server_that_hangs_is_given_up_by_its_client(clone: Clone, forge: Forge) -> None:
    forge.git.arm(hanging(), "info/refs")
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(
            ["git", "ls-remote", "origin"],
            cwd=clone.path, env={**environment(), **IDENTITY, **authorized(clone.token)}, timeout=0.3, capture_output=True, check=False,
        )  # fmt: skip
