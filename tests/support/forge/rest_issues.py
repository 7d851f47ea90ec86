"""Comments, labels and pull requests of the REST API."""

from forge import shapes
from forge.desk import Json, Pull, now
from forge.repository import Repository
from forge.rest import REPOSITORY, Call, Given, Refused, Routes, invalid

ROUTES = Routes()
at = ROUTES.at
LONGEST = 65536
_TALK = "issues|pull-requests"


@at("GET", REPOSITORY + "/issues/{issue_number}/comments", _TALK)
def comments(call: Call) -> Given:
    return Given(call.desk.comments_of(_pull(call, "issue_number").number), paged=True)


@at("POST", REPOSITORY + "/issues/{issue_number}/comments", _TALK)
def create_comment(call: Call) -> Given:
    number, issue = call.desk.new_id(), _pull(call, "issue_number").number
    url = f"{call.repo_url}/issues/comments/{number}"
    page = f"{call.repo_html}/pull/{issue}#issuecomment-{number}"
    where = {"url": url, "html_url": page, "issue_url": f"{call.repo_url}/issues/{issue}"}
    who = {"user": shapes.user(call.token.login if call.token else "", call.base_url), "author_association": "NONE"}
    known = {"id": number, "node_id": shapes.node_id(url), **where, **who, "created_at": now(), "updated_at": now()}
    call.desk.comments[number] = {**known, "body": _text(call, "IssueComment")}
    return Given(call.desk.comments[number], 201)


@at("GET", REPOSITORY + "/issues/comments/{comment_id}", _TALK)
def get_comment(call: Call) -> Given:
    return Given(_comment(call))


@at("PATCH", REPOSITORY + "/issues/comments/{comment_id}", _TALK)
def update_comment(call: Call) -> Given:
    comment = _comment(call)
    comment.update(body=_text(call, "IssueComment"), updated_at=now())
    return Given(comment)


@at("DELETE", REPOSITORY + "/issues/comments/{comment_id}", _TALK)
def delete_comment(call: Call) -> Given:
    del call.desk.comments[_comment(call)["id"]]
    return Given(None, 204)


@at("GET", REPOSITORY + "/issues/{issue_number}/labels", _TALK)
def labels(call: Call) -> Given:
    return Given([call.desk.labels[name] for name in _pull(call, "issue_number").labels], paged=True)


@at("POST", REPOSITORY + "/issues/{issue_number}/labels", _TALK)
def add_labels(call: Call) -> Given:
    pull = _pull(call, "issue_number")
    given = call.body.get("labels", [])
    for name in (item["name"] if isinstance(item, dict) else item for item in given):
        url = f"{call.repo_url}/labels/{name}"
        known = {
            "id": shapes.stable_id(url),
            "node_id": shapes.node_id(url),
            "url": url,
            "name": name,
            "color": "ededed",
        }
        call.desk.labels.setdefault(name, {**known, "description": "", "default": False})
        if name not in pull.labels:
            pull.labels.append(name)
    return Given([call.desk.labels[name] for name in pull.labels])


@at("GET", REPOSITORY + "/pulls", "pull-requests")
def pulls(call: Call) -> Given:
    state, head, base = (call.query.get(name) for name in ("state", "head", "base"))
    found = [
        shapes.pull(call, pull)
        for pull in reversed(call.desk.pulls.values())
        if (state == "all" or pull.state == (state or "open"))
        and (head is None or pull.label == head)
        and (base is None or pull.base == base)
    ]
    return Given(found, paged=True)


@at("POST", REPOSITORY + "/pulls", "pull-requests")
def create_pull(call: Call) -> Given:
    body, token = call.body, call.token
    if token and not token.user and not call.desk.may_open_pulls:
        raise Refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
    head, base = body["head"].rpartition(":")[2], body["base"]
    for field, name in (("head", head), ("base", base)):
        if not call.repository.resolve(f"refs/heads/{name}"):
            raise invalid("", "PullRequest", field, "invalid")
    if not call.repository.git("rev-list", f"refs/heads/{base}..refs/heads/{head}"):
        raise invalid(f"No commits between {base} and {head}", "PullRequest")
    if any(pull.head == head and pull.base == base for pull in call.desk.open_pulls()):
        raise invalid(f"A pull request already exists for {call.names['owner']}:{head}.", "PullRequest")
    if len(body.get("body") or "") > LONGEST or len(body.get("title") or "") > 256:
        raise invalid(f"body is too long (maximum is {LONGEST} characters)", "PullRequest", "body")
    login = token.login if token else ""
    opened = call.desk.open_pull(head, base, title=body.get("title", ""), body=body.get("body"), login=login)
    opened.draft = bool(body.get("draft"))
    return Given(shapes.pull(call, opened), 201)


@at("GET", REPOSITORY + "/pulls/{pull_number}", "pull-requests")
def get_pull(call: Call) -> Given:
    return Given(shapes.pull(call, _pull(call, "pull_number")))


@at("PATCH", REPOSITORY + "/pulls/{pull_number}", "pull-requests")
def update_pull(call: Call) -> Given:
    pull, body = _pull(call, "pull_number"), call.body
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    pull.state, pull.base = body.get("state", pull.state), body.get("base", pull.base)
    pull.updated = now()
    return Given(shapes.pull(call, pull))


@at("GET", REPOSITORY + "/pulls/{pull_number}/files", "pull-requests")
def pull_files(call: Call) -> Given:
    pull = _pull(call, "pull_number")
    call.desk.refresh(pull)
    return Given(_files(call, call.repository, pull), paged=True)


_STATES = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "C": "copied", "T": "changed"}


def _files(call: Call, of: Repository, pull: Pull) -> list[Json]:
    spread = f"refs/heads/{pull.base}...{pull.head_sha}"
    fields = of.git("diff", "--raw", "--no-abbrev", "-z", "-M", spread).split("\0")
    counts = dict(_counted(of.git("diff", "--numstat", "-z", "--no-renames", spread)))
    found, at_ = [], 0
    while at_ + 1 < len(fields):
        *_, blob, letter = fields[at_].split(" ")
        moved = letter[0] in "RC"
        name = fields[at_ + 1 + moved]
        added, removed = counts.get(name, (0, 0))
        numbers: Json = {"additions": added, "deletions": removed, "changes": added + removed}
        before: Json = {"previous_filename": fields[at_ + 1]} if moved else {}
        found.append({"filename": name, "sha": blob, "status": _STATES[letter[0]], **numbers, **before})
        at_ += 2 + moved
    return [{**item, "contents_url": f"{call.repo_url}/contents/{item['filename']}"} for item in found]


def _counted(text: str) -> list[tuple[str, tuple[int, int]]]:
    rows = (row.split("\t") for row in text.split("\0") if row)
    return [(name, (int(added or 0), int(removed or 0))) for added, removed, name in rows if added != "-"]


def _text(call: Call, resource: str) -> str:
    body: str = call.body["body"]
    if len(body) > LONGEST:
        raise invalid(f"body is too long (maximum is {LONGEST} characters)", resource, "data", "unprocessable")
    if not body.strip():
        raise invalid("Body cannot be blank", resource, "data", "unprocessable")
    return body


def _comment(call: Call) -> Json:
    found = call.desk.comments.get(call.number("comment_id"))
    if found is None:
        raise Refused(404, "Not Found")
    return found


def _pull(call: Call, name: str) -> Pull:
    found = call.desk.pulls.get(call.number(name))
    if found is None:
        raise Refused(404, "Not Found")
    return found
