"""git over HTTP as GitHub serves it: `git http-backend` behind tokens, with GitHub's words for every refusal."""

import re
import subprocess
from collections.abc import Mapping

from forge.report_status import reword
from forge.repository import Repository, environment
from forge.traffic import Answer, Request

SERVED = re.compile(r"/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/(?P<rest>info/refs|git-(?:upload|receive)-pack)")
_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_BAD = b"Invalid username or token. Password authentication is not supported for Git operations.\n"


def serve_git(request: Request, repositories: Mapping[str, Repository]) -> Answer:
    """Answer a request of git's HTTP protocol."""
    found = SERVED.fullmatch(request.path)
    if len([name for name, _ in request.headers if name.lower() == "authorization"]) > 1:
        return _refuse(400, b'Duplicate header: "Authorization"\n')
    repository = repositories.get(found["name"]) if found else None
    refused = _refusal(request, repository)
    if found is None or repository is None or refused:
        return refused or _refuse(404, b"Not Found\n")
    answer = _backend(request, repository, found["rest"])
    if found["rest"] != "git-receive-pack":
        return answer
    body = reword(answer.body, lambda ref, reason: _reason(repository, ref, reason))
    return Answer(answer.status, body, answer.headers)


def _refusal(request: Request, repository: Repository | None) -> Answer | None:
    writes = "git-receive-pack" in request.path + request.query
    token = request.token
    if request.scheme != "none" and (token is None or token.expired):
        return _challenge(_BAD)
    if token is None and (writes or repository is None or repository.private):
        return _challenge(b"Repository not found.\n")
    if repository is None or (token and not token.sees(repository.name) and repository.private):
        return _refuse(404, b"Repository not found.\n")
    if token is None or token.may("contents", "write" if writes else "read", repository.name):
        return None
    if not writes:
        return None if not repository.private else _refuse(404, b"Repository not found.\n")
    said = f"Permission to {repository.name}.git denied to {token.login}.\n"
    return _refuse(403, said.encode() if token.user else b"Write access to repository not granted.\n")


def _challenge(body: bytes) -> Answer:
    return Answer(401, body, (_TEXT, ("WWW-Authenticate", 'Basic realm="GitHub"')))


def _refuse(status: int, body: bytes) -> Answer:
    return Answer(status, body, (_TEXT,))


def _reason(repository: Repository, ref: str, reason: str) -> str:
    protection = repository.protection(ref.removeprefix("refs/heads/"))
    return protection.reason if protection and reason == "hook declined" else reason


def _backend(request: Request, repository: Repository, rest: str) -> Answer:
    """Run git http-backend as a web server would."""
    known = environment() | {
        "GIT_PROJECT_ROOT": str(repository.path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{rest}",
        "QUERY_STRING": request.query,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.header("Content-Type"),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.header("Content-Encoding"),
        "GIT_PROTOCOL": request.header("Git-Protocol"),
        "REMOTE_USER": request.token.login if request.token else "",
        "REMOTE_ADDR": "127.0.0.1",
    }
    command = ["git", "http-backend"]
    done = subprocess.run(command, input=request.body, env=known, capture_output=True, check=False)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    pairs = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
    status = next((int(value.split()[0]) for name, value in pairs if name == "Status"), 200 if head else 500)
    return Answer(status, body or done.stderr, tuple((name, value) for name, value in pairs if name != "Status"))
