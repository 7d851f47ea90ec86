"""What git and git servers say when they refuse, and what it means: one table, read from top to bottom.

Takes the words of a command that failed; gives an FgdError that says what happened and what to change. The wordings
are those of git 2.30 to 2.50, GitHub, GitHub Enterprise Server, Gitea and Forgejo; a test provokes each of them.
"""

import re

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class _Reason:
    """A wording: its meaning as a code, in words, and what to do (empty: what the code says).

    `lost`: the answer did not arrive, so what was asked for may have been done all the same.
    """

    pattern: str
    code: Code
    words: str
    remedy: str = ""
    lost: bool = False


_PULL_REQUEST = "Use `commit_mode: pull-request`, or let the workflow's token bypass the rule."
_AGAIN = "Check the network and the server's status page; the run can be started again."
_STATE_REFS = "Set `sync.state_refs: refs/heads/fgd` in fgd_config.yaml: branches are accepted everywhere."
_WRITE = "Give the job `permissions: contents: write`, or a token that may write to the repository."
REFETCH = "Fetch it anew: `fetch-depth: 0` and no `filter:` for actions/checkout, or `git fetch --refetch` by hand."
_ROOM = "Make room on the disk, then run the command again: nothing is half written."

_IN_THE_WAY = _Reason(
    r"; cannot create",
    code.GITHUB_REFUSED,
    "a ref of another name is in the way: git keeps refs as a folder keeps files",
    "Delete or rename the ref that the message names, or choose another place with `sync.state_refs`.",
)

_DECLINED = (
    _Reason(
        r"must have (?:a )?verified signature|GH006.*signed|requires? signed commits|commits must be signed",
        code.COMMIT_UNSIGNED,
        "the branch takes signed commits only",
    ),
    _Reason(
        r"GH009|push cannot contain secrets|GITHUB PUSH PROTECTION",
        code.GITHUB_REFUSED,
        "the server found something in the files that looks like a secret",
        "Take the secret out of the files that the message names and revoke it; then run again.",
    ),
    _Reason(
        r"GH001|exceeds? .*file size limit|larger than the maximum|file size limit",
        code.GITHUB_REFUSED,
        "the server takes no file of that size",
        "Take the file out, or split it; `ingestion.max_file_size_mb` keeps such files out.",
    ),
    _Reason(
        r"refusing to allow .* to create or update workflow|without `workflows?` (?:permission|scope)",
        code.GITHUB_REFUSED,
        "the token may not change workflow files",
        "Keep fabrics out of .github/workflows, or use a token with the permission `workflows`.",
    ),
    _Reason(
        r"required status check",
        code.BRANCH_PROTECTED,
        "the branch demands checks that a direct push cannot have passed",
        _PULL_REQUEST,
    ),
    _Reason(
        r"GH006|GH013|protected branch|repository rule violations|protected ref|not allowed to push code to protected"
        r"|branch .* is protected",
        code.BRANCH_PROTECTED,
        "the branch is protected against direct pushes",
        _PULL_REQUEST,
    ),
    _Reason(
        r"repository was archived|repository is archived|archived so it is read-only|mirror repository",
        code.GITHUB_AUTHENTICATION_FAILED,
        "the repository is archived: it can only be read",
        "Unarchive it, or take the workflow out.",
    ),
    _IN_THE_WAY,
    _Reason(
        r"deny updating a hidden ref|funny refname|hidden ref|reference name .*(?:invalid|not allowed)"
        r"|refusing to (?:create|update) .*ref",
        code.GITHUB_REFUSED,
        "the server does not take refs outside of branches and tags",
        _STATE_REFS,
    ),
    _Reason(
        r"does not support --atomic",
        code.GITHUB_REFUSED,
        "the server cannot move several refs at once",
        "It needs git 2.4 or newer with `receive.advertiseAtomic` on; without that no safe lock is possible.",
    ),
    _Reason(
        r"shallow update not allowed",
        code.GITHUB_REFUSED,
        "the server takes no push from a shallow clone",
        "Use `fetch-depth: 0` for actions/checkout.",
    ),
    _Reason(
        r"branch is currently checked out",
        code.GITHUB_REFUSED,
        "the branch is checked out in the repository that is pushed to",
        "Push to a bare repository, or set `receive.denyCurrentBranch` there.",
    ),
    _Reason(
        r"deletion prohibited|deny(?:ing)? (?:ref )?delet|non-fast-forward \(deny",
        code.GITHUB_REFUSED,
        "the server forbids to delete or replace the ref",
        f"Allow it for the refs below `sync.state_refs` (`receive.denyDeletes`, `denyNonFastForwards`). {_STATE_REFS}",
    ),
    _Reason(
        r"unpacker error|unpack(?:-objects| failed)|index-pack abnormal exit|remote: .*no space left",
        code.GITHUB_CONNECTION_FAILED,
        "the server could not store what was pushed",
        "Look at the server: its disk, its quota, its rights in the repository.",
    ),
    _Reason(
        r"missing necessary objects",
        code.SYNC_FAILED,
        "the server lacks an object that was not sent, and the repository here lacks it too",
        REFETCH,
    ),
    _Reason(
        r"hook declined|pre-receive hook|\[remote rejected\]",
        code.GITHUB_REFUSED,
        "a rule of the server declined the push",
        "The server's words say which; change what it objects to, or use `commit_mode: pull-request`.",
    ),
)
"""Refusals of a push, the special before the general."""

_ANY = (
    _IN_THE_WAY,
    _Reason(
        r"(?:^|\n)(?:fatal|error): out of memory",
        code.GITHUB_CONNECTION_FAILED,
        "git ran out of memory over what the server said; it may take 2 GB",
        "Check the address, and what stands in between: no git server says so much.",
        lost=True,
    ),
    _Reason(
        r"write error: file too large",
        code.GITHUB_CONNECTION_FAILED,
        "what the server sends does not end: a fetch may bring 4 GB",
        "Check the address, and what stands in between. A commit that is as large is read from the clone "
        "if it is there: `fetch-depth: 0` for actions/checkout.",
    ),
    _Reason(
        r"error: 429|too many requests|rate limit",
        code.GITHUB_RATE_LIMITED,
        "the server takes no more requests for now",
        "Wait a few minutes; spread the fabrics over fewer runs.",
    ),
    _Reason(
        r"SAML SSO",
        code.GITHUB_AUTHENTICATION_FAILED,
        "the token is not authorised for the organisation's single sign-on",
        "Authorise it in the settings of the token.",
    ),
    _Reason(
        r"error: 403|permission to .* denied|write access to repository not granted|write access denied"
        r"|not allowed to (?:push|write)|permission denied \(publickey|user permission denied",
        code.GITHUB_AUTHENTICATION_FAILED,
        "the token may not do this in the repository",
        _WRITE,
    ),
    _Reason(
        r"error: 401|authentication failed|invalid username or|bad credentials|terminal prompts disabled"
        r"|could not read (?:username|password)|HTTP Basic: Access denied",
        code.GITHUB_AUTHENTICATION_FAILED,
        "the token is not valid, has expired, or none was given",
        "Give the action `token: ${{ github.token }}`. A job's token ends with its job; a personal one has a date.",
    ),
    _Reason(
        r"couldn't find remote ref|remote ref does not exist|not our ref|no such remote ref|upload-pack: not our",
        code.GITHUB_NOT_FOUND,
        "the branch or commit is not on the remote (any more)",
        "Check the name. A branch that was deleted meanwhile needs nothing more.",
    ),
    _Reason(
        r"repository '.*' not found|repository not found|error: 404|does not appear to be a git repository"
        r"|no such file or directory.*\n.*could not read from remote",
        code.GITHUB_NOT_FOUND,
        "the repository is not there, or the token may not see it",
        "Check its name and the token. GitHub says `not found` also for what a token may not see.",
    ),
    _Reason(
        r"certificate|SSL_|SSL (?:problem|error|connect)|handshake",
        code.GITHUB_CONNECTION_FAILED,
        "no safe connection: TLS failed, or the server's certificate is not trusted",
        "Give the certificate of your authority: mount it and set GIT_SSL_CAINFO to its path.",
    ),
    _Reason(
        r"could not resolve (?:host|proxy)|name or service not known|temporary failure in name resolution",
        code.GITHUB_CONNECTION_FAILED,
        "the server's name is not known",
        "Check the name, the DNS of this machine and its proxy (`https_proxy`).",
    ),
    _Reason(
        r"failed to connect|connection refused|couldn't connect|no route to host|network is unreachable",
        code.GITHUB_CONNECTION_FAILED,
        "the server does not answer",
        _AGAIN,
    ),
    _Reason(
        r"operation too slow|timed out|timeout",
        code.GITHUB_CONNECTION_FAILED,
        "the server's answer took too long",
        _AGAIN,
        lost=True,
    ),
    _Reason(
        r"error: 5\d\d|HTTP 5\d\d|internal server error|bad gateway|service unavailable",
        code.GITHUB_CONNECTION_FAILED,
        "the server has a fault",
        _AGAIN,
        lost=True,
    ),
    _Reason(
        r"mismatched algorithms|does not support this repository's hash algorithm",
        code.GITHUB_REFUSED,
        "the server's repository and the clone have different hash functions (SHA-1 and SHA-256)",
        "Clone the server's repository anew, and run there.",
    ),
    _Reason(
        r"bad object|missing (?:blob|tree|commit|object)|is corrupt|object file .* is empty"
        r"|unable to (?:read (?:tree|sha1|[0-9a-f])|find [0-9a-f]{40})|did not (?:receive|send) .*objects?"
        r"|not a valid (?:object|commit)|inflate: data stream error|pack has bad object"
        r"|could not parse (?:object|commit)|packfile .* cannot be"
        r"|(?:blob|commit|tree|object) not found|invalid object",
        code.SYNC_FAILED,
        "the repository lacks an object, or has a damaged one",
        REFETCH,
    ),
    _Reason(
        r"no space left|disk quota|disk full", code.FILE_SYSTEM_FAILED, "the disk is full", _ROOM
    ),
    _Reason(
        r"\.lock': file exists|unable to create .*\.lock",
        code.PUSH_REJECTED,
        "another git process is at work in the repository",
        "Wait for it. If there is none, it was killed: remove the file that ends in `.lock`.",
    ),
    _Reason(
        r"permission denied|insufficient permission|read-only file system",
        code.DIRECTORY_PERMISSION_DENIED,
        "this user may not write to the repository",
    ),
    _Reason(
        r"connection reset|hung up|early EOF|empty reply|unexpected disconnect|RPC failed|transfer closed|recv failure"
        r"|broken pipe|send failure|could not read from remote|unable to access|unexpected flush|bad line length"
        r"|protocol error|invalid (?:server )?response|not valid: is this a git repository",
        code.GITHUB_CONNECTION_FAILED,
        "the connection to the server broke",
        _AGAIN,
        lost=True,
    ),
)  # fmt: skip
"""All other failures, the certain before the vague."""

_MOST = 12
"""Lines of a server's words that are shown."""

_EMPTY_WORDS = pattern(
    r"(?:error|fatal):? *|[-=_*—]+|fast-import: dumping crash report.*|error: failed to push some refs.*|hint:.*|To .*"
)


def classify(said: str, command: str) -> FgdError:
    """The failure that the words of a command of git mean, and of the server that it spoke to."""
    table = (*_DECLINED, *_ANY) if command == "push" else _ANY
    for reason in table:
        if re.search(reason.pattern, said, re.IGNORECASE):
            message = f"{reason.words}: {_excerpt(said)}"
            return FgdError(
                reason.code, message, remedy=reason.remedy, details={"answer_lost": True} if reason.lost else {}
            )
    # Nobody knows how far a push came that was killed, or ended for a reason that is not in the table.
    details = {"answer_lost": True} if command == "push" else {}
    return FgdError(
        code.SYNC_FAILED, f"`git {command}` failed: {_excerpt(said) or 'no words about it'}", details=details
    )


def is_lost(failure: FgdError) -> bool:
    """Whether what was asked of the server may have been done although no answer came."""
    return bool(failure.details.get("answer_lost") or failure.details.get("timed_out"))


def _excerpt(said: str) -> str:
    """The words without what says nothing, on one line each, and not too many."""
    lines = [line.removeprefix("remote:").strip(" \t\r") for line in said.splitlines()]
    useful = [line for line in lines if line and not _EMPTY_WORDS.fullmatch(line)]
    more = f" (and {len(useful) - _MOST} lines more)" if len(useful) > _MOST else ""
    return "; ".join(useful[:_MOST]) + more
