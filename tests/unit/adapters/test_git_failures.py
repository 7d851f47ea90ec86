"""What servers say that no test bed can be made to say: their recorded words."""

import pytest

from fgd_sync.adapters.git_command import Completed
from fgd_sync.adapters.git_failures import classify, is_lost
from fgd_sync.adapters.git_push import check_push
from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove

OLD, NEW = "1" * 40, "2" * 40
MAIN, LOCK = "refs/heads/main", "refs/fgd/lock/north"
MOVES = [RefMove(MAIN, OLD, NEW), RefMove(LOCK, "", NEW)]
TAIL = "error: failed to push some refs to 'https://github.com/acme/fabrics'\n"


def pushed(*summaries: str, said: str = "", status: int = 1) -> Completed:
    """A push as git reports it: of each ref what is in the brackets and after them."""
    lines = [
        f"{'!' if 'rejected' in text else '='}\t{NEW}:{move.ref}\t{text}"
        for move, text in zip(MOVES, summaries, strict=False)
    ]
    output = "\n".join(("To https://github.com/acme/fabrics", *lines, "Done" if not status else ""))
    return Completed(("push",), status, output.encode(), said + TAIL)


@pytest.mark.parametrize(
    ("summaries", "said", "refs"),
    [
        (["[rejected] (fetch first)", "[rejected] (atomic push failed)"], "", [MAIN]),
        (["[rejected] (non-fast-forward)"], "", [MAIN]),
        (["[rejected] (stale info)", "[rejected] (stale info)"], "", [LOCK, MAIN]),
        (["[rejected] (remote ref updated since checkout)"], "", [MAIN]),
        (["[remote rejected] (failed to update ref)", "[remote rejected] (atomic push failure)"], "", [MAIN]),
        (["[remote rejected] (failed to update ref)", "[remote rejected] (failed to update ref)"], "", [LOCK, MAIN]),
        (["[remote rejected] (incorrect old value provided)"], "", [MAIN]),
        (["[remote rejected] (reference already exists)"], "", [MAIN]),
        ([f"[remote rejected] (cannot lock ref '{MAIN}': is at {NEW} but expected {OLD})"], "", [MAIN]),
        (
            ["[remote rejected] (transaction failed)", "[remote rejected] (transaction failed)"],
            f"remote: error: cannot lock ref '{LOCK}': reference already exists\n",
            [LOCK],
        ),
        (["[remote rejected] (atomic transaction failed)", "[remote rejected] (atomic transaction failed)"], "", []),
        ([], f"error: unable to delete '{LOCK}': remote ref does not exist\n", [LOCK]),
    ],
)  # fmt: skip
def test_lost_races(summaries: list[str], said: str, refs: list[str]) -> None:
    with pytest.raises(FgdError) as caught:
        check_push(pushed(*summaries, said=said), MOVES)
    assert caught.value.code is code.PUSH_REJECTED, caught.value.message
    assert caught.value.details["refs"] == refs
    assert all(ref in caught.value.message for ref in refs)


WORKFLOW = (
    "[remote rejected] (refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` "
    "without `workflows` permission)"
)


@pytest.mark.parametrize(
    ("summaries", "said", "expected", "remedy"),
    [
        ([WORKFLOW], "", code.GITHUB_REFUSED, "workflows"),
        ([WORKFLOW.replace("a GitHub App", "an OAuth App").replace("permission", "scope")], "", code.GITHUB_REFUSED, "workflows"),
        (
            ["[remote rejected] (push declined due to repository rule violations)"],
            "remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote: - Push cannot contain secrets\n",
            code.GITHUB_REFUSED,
            "revoke",
        ),
        (["[remote rejected] (push declined due to repository rule violations)"], "", code.BRANCH_PROTECTED, "pull-request"),
        (["[remote rejected] (protected branch hook declined)", "[remote rejected] (atomic push failure)"], "", code.BRANCH_PROTECTED, "pull-request"),
        (["[remote rejected] (shallow update not allowed)"], "", code.GITHUB_REFUSED, "fetch-depth: 0"),
        (["[remote rejected] (branch is currently checked out)"], "", code.GITHUB_REFUSED, "bare"),
        (["[remote rejected] (funny refname)"], "", code.GITHUB_REFUSED, "sync.state_refs: refs/heads/fgd"),
        (["[remote rejected] (unpacker error)"], "remote: fatal: write error: No space left on device\n", code.GITHUB_CONNECTION_FAILED, "its disk"),
        (["[remote rejected] (missing necessary objects)"], "", code.SYNC_FAILED, "fetch-depth: 0"),
        (["[remote rejected] (failed to update ref)"], f"remote: error: cannot lock ref '{MAIN}': Unable to create 'x.lock': Permission denied\n", code.GITHUB_REFUSED, "words"),
        (["[rejected] (stale info)", "[remote rejected] (pre-receive hook declined)"], "", code.GITHUB_REFUSED, "words"),
    ],
)  # fmt: skip
def test_refused_pushes(summaries: list[str], said: str, expected: Code, remedy: str) -> None:
    with pytest.raises(FgdError) as caught:
        check_push(pushed(*summaries, said=said), MOVES)
    assert caught.value.code is expected, caught.value.message
    assert remedy in caught.value.remedy


def test_refs_that_were_there_already_are_no_success_of_ours() -> None:
    with pytest.raises(FgdError) as caught:
        check_push(pushed("[up to date]", "[up to date]", status=0), MOVES)
    assert caught.value.details["refs"] == [LOCK, MAIN]
    check_push(pushed("[up to date]", status=0), MOVES)
    check_push(pushed("[up to date]", status=0), [RefMove(MAIN, NEW, NEW)])


@pytest.mark.parametrize(
    ("said", "expected", "remedy"),
    [
        ("remote: Permission to acme/fabrics.git denied to github-actions[bot].\nfatal: unable to access 'https://github.com/acme/fabrics/': The requested URL returned error: 403", code.GITHUB_AUTHENTICATION_FAILED, "contents: write"),
        ("remote: The 'acme' organization has enabled or enforced SAML SSO.\nfatal: unable to access 'x': The requested URL returned error: 403", code.GITHUB_AUTHENTICATION_FAILED, "Authorise"),
        ("fatal: Authentication failed for 'https://github.com/acme/fabrics/'", code.GITHUB_AUTHENTICATION_FAILED, "token"),
        ("remote: HTTP Basic: Access denied. The provided password or token is incorrect", code.GITHUB_AUTHENTICATION_FAILED, "token"),
        ("git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", code.GITHUB_AUTHENTICATION_FAILED, "token"),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", code.GITHUB_NOT_FOUND, "name"),
        ("fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none", code.GITHUB_CONNECTION_FAILED, "GIT_SSL_CAINFO"),
        ("fatal: unable to access 'https://x/': SSL certificate problem: unable to get local issuer certificate", code.GITHUB_CONNECTION_FAILED, "GIT_SSL_CAINFO"),
        ("fatal: unable to access 'https://x/': Could not resolve proxy: proxy.example.com", code.GITHUB_CONNECTION_FAILED, "https_proxy"),
        ("fatal: unable to access 'https://x/': Failed to connect to x port 443 after 1 ms: Couldn't connect to server", code.GITHUB_CONNECTION_FAILED, "network"),
        ("error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.\nfatal: early EOF", code.GITHUB_CONNECTION_FAILED, "network"),
        ("error: RPC failed; HTTP 504 curl 22 The requested URL returned error: 504\nfatal: the remote end hung up unexpectedly", code.GITHUB_CONNECTION_FAILED, "status page"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 429", code.GITHUB_RATE_LIMITED, "minutes"),
        ("fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111", code.GITHUB_NOT_FOUND, "branch"),
        ("error: object file objects/11/1 is empty\nfatal: loose object 11 (stored in objects/11/1) is corrupt", code.SYNC_FAILED, "fetch-depth: 0"),
        ("fatal: the receiving end does not support this repository's hash algorithm", code.GITHUB_REFUSED, "anew"),
        ("fatal: missing blob object '1111111111111111111111111111111111111111'", code.SYNC_FAILED, "--refetch"),
        ("fatal: sha1 file '.git/objects/pack/tmp' write error: No space left on device", code.FILE_SYSTEM_FAILED, "room"),
        ("fatal: Unable to create '/x/.git/packed-refs.lock': File exists.", code.PUSH_REJECTED, ".lock"),
        ("error: insufficient permission for adding an object to repository database .git/objects", code.DIRECTORY_PERMISSION_DENIED, ""),
        ("fatal: something new", code.SYNC_FAILED, ""),
    ],
)  # fmt: skip
def test_recorded_words(said: str, expected: Code, remedy: str) -> None:
    failure = classify(said, "fetch")
    assert failure.code is expected, failure.message
    assert remedy in failure.remedy
    assert "\n" not in failure.message


def test_long_words_are_cut_and_empty_ones_left_out() -> None:
    said = "fatal: \nremote: ------\nhint: nothing\n" + "\n".join(f"remote: line {number}" for number in range(40))
    message = classify(said, "fetch").message
    assert "line 11; " not in message
    assert message.endswith("line 11 (and 28 lines more)")
    assert "hint" not in message


def test_a_push_that_ended_for_no_known_reason_is_to_be_looked_up() -> None:
    with pytest.raises(FgdError) as caught:
        check_push(Completed(("push",), -9, b"", ""), MOVES)
    assert is_lost(caught.value)
