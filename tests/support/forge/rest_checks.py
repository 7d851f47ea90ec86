"""Check runs and commit statuses of the REST API, with the rules that GitHub states in prose only."""

from forge import shapes
from forge.desk import Json, now
from forge.rest import REPOSITORY, Call, Given, Refused, Routes, invalid

ROUTES = Routes()
at = ROUTES.at
_KEPT = ("name", "status", "conclusion", "started_at", "completed_at", "external_id", "details_url")


@at("POST", REPOSITORY + "/check-runs", "checks")
def create_check(call: Call) -> Given:
    if not call.repository.resolve(call.body["head_sha"]):
        raise invalid(f"No commit found for SHA: {call.body['head_sha']}")
    number = call.desk.new_id()
    url = f"{call.repo_url}/check-runs/{number}"
    app = {"id": 15368, "slug": "github-actions", "name": "GitHub Actions"}
    known = {"id": number, "node_id": shapes.node_id(url), "head_sha": call.body["head_sha"], "url": url, "app": None}
    blank: Json = {
        "status": "queued",
        "conclusion": None,
        "started_at": now(),
        "completed_at": None,
        "external_id": "",
        "details_url": None,
        "html_url": f"{call.repo_html}/runs/{number}",
        "check_suite": {"id": 1},
        "pull_requests": [],
    }
    call.desk.checks[number] = {**blank, **known, "app_slug": app["slug"], "output": _no_output(url)}
    call.desk.annotations[number], call.desk.history[number] = [], []
    try:
        return Given(_applied(call, number), 201)
    except Refused:
        del call.desk.checks[number]
        raise


@at("PATCH", REPOSITORY + "/check-runs/{check_run_id}", "checks")
def update_check(call: Call) -> Given:
    return Given(_applied(call, _check(call)["id"]))


@at("GET", REPOSITORY + "/check-runs/{check_run_id}", "checks")
def get_check(call: Call) -> Given:
    return Given(_shown(_check(call)))


@at("GET", REPOSITORY + "/check-runs/{check_run_id}/annotations", "checks")
def annotations(call: Call) -> Given:
    return Given(call.desk.annotations[_check(call)["id"]], paged=True)


@at("GET", REPOSITORY + "/commits/{ref}/check-runs", "checks")
def checks_of(call: Call) -> Given:
    sha = call.repository.resolve(call.names["ref"])
    wanted = [check for check in call.desk.checks.values() if check["head_sha"] == sha]
    name = call.query.get("check_name")
    return Given([_shown(check) for check in wanted if name in (None, check["name"])], key="check_runs", paged=True)


@at("POST", REPOSITORY + "/statuses/{sha}", "statuses")
def create_status(call: Call) -> Given:
    sha, body = call.names["sha"], call.body
    if not call.repository.resolve(sha):
        raise invalid(f"No commit found for SHA: {sha}")
    if len(body.get("description") or "") > 140:
        raise invalid("description is too long (maximum is 140 characters)", "Status", "description")
    number, login = call.desk.new_id(), call.token.login if call.token else ""
    url = f"{call.repo_url}/statuses/{sha}"
    known = {"id": number, "node_id": shapes.node_id(str(number)), "url": url, "avatar_url": None, "sha": sha}
    said = {"state": body["state"], "context": body.get("context", "default"), "created_at": now(), "updated_at": now()}
    more = {name: body.get(name) for name in ("description", "target_url")}
    call.desk.statuses.insert(0, {**known, **said, **more, "creator": shapes.user(login, call.base_url)})
    return Given(call.desk.statuses[0], 201)


@at("GET", REPOSITORY + "/commits/{ref}/statuses", "statuses")
def statuses(call: Call) -> Given:
    return Given(_statuses(call), paged=True)


@at("GET", REPOSITORY + "/commits/{ref}/status", "statuses")
def combined(call: Call) -> Given:
    newest = list({status["context"]: status for status in reversed(_statuses(call))}.values())
    states = {status["state"] for status in newest}
    worst = "failure" if states & {"error", "failure"} else "success" if states == {"success"} else "pending"
    sha = call.repository.resolve(call.names["ref"])
    more = {"repository": shapes.repository(call), "commit_url": f"{call.repo_url}/commits/{sha}", "url": call.repo_url}
    return Given({"state": worst, "statuses": newest, "sha": sha, "total_count": len(newest), **more})


def _statuses(call: Call) -> list[Json]:
    sha = call.repository.resolve(call.names["ref"])
    return [status for status in call.desk.statuses if status["sha"] == sha]


def _check(call: Call) -> Json:
    found = call.desk.checks.get(call.number("check_run_id"))
    if found is None:
        raise Refused(404, "Not Found")
    return found


def _no_output(url: str) -> Json:
    return {
        "title": None,
        "summary": None,
        "text": None,
        "annotations_count": 0,
        "annotations_url": f"{url}/annotations",
    }


def _applied(call: Call, number: int) -> Json:
    """Take over what a request says of a check run; annotations add up."""
    if call.token and call.token.user:
        raise Refused(403, "You must authenticate via a GitHub App.")
    body, check = call.body, call.desk.checks[number]
    changed = {name: body[name] for name in _KEPT if name in body}
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise invalid("Missing required field: conclusion", "CheckRun", "conclusion", "missing_field")
    if body.get("conclusion"):
        changed = {"completed_at": now(), **changed, "status": "completed"}
    output = body.get("output") or {}
    new = output.get("annotations", ())
    _check_annotations(new)
    check.update(changed)
    call.desk.annotations[number].extend(_annotation(call, check, item) for item in new)
    said = {name: output[name] for name in ("title", "summary", "text") if name in output}
    check["output"] = {**check["output"], **said, "annotations_count": len(call.desk.annotations[number])}
    call.desk.history[number].append(dict(check))
    return _shown(check)


def _check_annotations(given: list[Json] | tuple[Json, ...]) -> None:
    for item in given:
        if item["start_line"] < 1 or item["end_line"] < item["start_line"]:
            raise invalid("Lines of an annotation are out of order", "CheckAnnotation", "start_line", "invalid")
        if item["start_line"] != item["end_line"] and {"start_column", "end_column"} & set(item):
            raise invalid("Columns are for annotations on one line only", "CheckAnnotation", "start_column", "invalid")
        if len(item["message"].encode()) > 65536 or len(item.get("title") or "") > 255 or item["path"].startswith("/"):
            raise invalid("A field of an annotation is too long or not of the repository", "CheckAnnotation", "message")
        if not item["message"]:
            raise invalid("Message can't be empty", "CheckAnnotation", "message", "missing_field")


def _annotation(call: Call, check: Json, item: Json) -> Json:
    blank = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    return {**blank, **item, "blob_href": f"{call.repo_html}/blob/{check['head_sha']}/{item['path']}"}


def _shown(check: Json) -> Json:
    return {name: value for name, value in check.items() if name != "app_slug"}
