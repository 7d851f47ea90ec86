"""The part of the REST API that shows and moves what git holds: the repository, refs, commits, branches."""

from forge import shapes
from forge.desk import Json
from forge.protection import SIGNATURES
from forge.repository import ZERO
from forge.rest import REPOSITORY, Call, Given, Refused, Routes, invalid

ROUTES = Routes()
at = ROUTES.at


@at("GET", "/user")
@at("GET", "/rate_limit")
def whoever_asks(call: Call) -> Given:
    raise Refused(500, f"{call.request.path} is answered before")


@at("GET", REPOSITORY, "metadata|contents")
def repository(call: Call) -> Given:
    return Given(shapes.repository(call))


@at("GET", REPOSITORY + "/git/ref/{ref}")
def get_ref(call: Call) -> Given:
    name = f"refs/{call.names['ref']}"
    sha = call.repository.refs(name).get(name)
    if sha is None:
        raise Refused(404, "Not Found")
    return Given(shapes.ref(call, name, sha))


@at("GET", REPOSITORY + "/git/matching-refs/{ref}")
def matching_refs(call: Call) -> Given:
    wanted = f"refs/{call.names['ref']}"
    found = [shapes.ref(call, name, sha) for name, sha in call.repository.refs().items() if name.startswith(wanted)]
    return Given(found, paged=True)


@at("POST", REPOSITORY + "/git/refs")
def create_ref(call: Call) -> Given:
    name, sha = call.body["ref"], call.body["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise invalid("Reference name must start with 'refs' and have at least two slashes.")
    if not call.repository.resolve(sha):
        raise invalid("Object does not exist")
    if not call.repository.move(name, sha, ZERO):
        raise invalid("Reference already exists")
    return Given(shapes.ref(call, name, sha), 201)


@at("PATCH", REPOSITORY + "/git/refs/{ref}")
def update_ref(call: Call) -> Given:
    name, sha = f"refs/{call.names['ref']}", call.body["sha"]
    old = call.repository.refs(name).get(name)
    if old is None:
        raise invalid("Reference does not exist")
    if not call.repository.resolve(sha):
        raise invalid("Object does not exist")
    protection = call.repository.protection(name.removeprefix("refs/heads/"))
    if protection:
        raise invalid(protection.rule)
    behind = call.repository.attempt("merge-base", "--is-ancestor", old, sha).returncode
    if behind and not call.body.get("force"):
        raise invalid("Update is not a fast forward")
    call.repository.move(name, sha, old)
    return Given(shapes.ref(call, name, sha))


@at("DELETE", REPOSITORY + "/git/refs/{ref}")
def delete_ref(call: Call) -> Given:
    name = f"refs/{call.names['ref']}"
    if name not in call.repository.refs(name):
        raise invalid("Reference does not exist")
    call.repository.drop(name)
    return Given(None, 204)


@at("GET", REPOSITORY + "/git/commits/{commit_sha}")
def get_git_commit(call: Call) -> Given:
    return Given(shapes.git_commit(call, _found(call, call.names["commit_sha"])))


@at("GET", REPOSITORY + "/commits/{ref}")
def get_commit(call: Call) -> Given:
    return Given(shapes.commit(call, _found(call, call.names["ref"], 422)))


@at("GET", REPOSITORY + "/branches")
def branches(call: Call) -> Given:
    names = [name.removeprefix("refs/heads/") for name in call.repository.refs("refs/heads/")]
    return Given([_short(call, name) for name in names], paged=True)


@at("GET", REPOSITORY + "/branches/{branch}")
def branch(call: Call) -> Given:
    name = call.names["branch"]
    sha = call.repository.resolve(f"refs/heads/{name}")
    if sha is None:
        raise Refused(404, "Branch not found")
    url = f"{call.repo_url}/branches/{name}"
    links = {"self": url, "html": f"{call.repo_html}/tree/{name}"}
    more = {"commit": shapes.commit(call, sha), "_links": links, "protection_url": f"{url}/protection"}
    return Given({**_short(call, name), **more})


@at("GET", REPOSITORY + "/branches/{branch}/protection", "administration")
def protection(call: Call) -> Given:
    found = call.repository.protection(call.names["branch"])
    if found is None or found.style != "classic":
        raise Refused(404, "Branch not protected")
    wanted = {
        "required_signatures": {"url": f"{call.request.path}/required_signatures", "enabled": found.rule == SIGNATURES}
    }
    return Given({"url": call.request.path, **wanted})


@at("GET", REPOSITORY + "/rules/branches/{branch}", "metadata|contents")
def rules(call: Call) -> Given:
    covering = [
        item for item in call.repository.protections if item.covers(call.names["branch"]) and item.style == "ruleset"
    ]
    origin = {"ruleset_source_type": "Repository", "ruleset_source": call.repository.name, "ruleset_id": 1}
    found = [
        {"type": "required_signatures" if item.rule == SIGNATURES else "pull_request", **origin} for item in covering
    ]
    return Given(found, paged=True)


def _short(call: Call, name: str) -> Json:
    sha = call.repository.tip(name)
    protected = call.repository.protection(name) is not None
    facts = {"enabled": protected, "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []}}
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{call.repo_url}/commits/{sha}"},
        "protected": protected,
        "protection": facts,
    }


def _found(call: Call, revision: str, otherwise: int = 404) -> str:
    sha = call.repository.resolve(revision)
    if sha is None:
        raise Refused(otherwise, "Not Found" if otherwise == 404 else f"No commit found for SHA: {revision}")
    return sha


@at("POST", REPOSITORY + "/dispatches")
def dispatch(call: Call) -> Given:
    """Start the workflows that wait for an event of this type; here tests do."""
    kind, payload = call.body.get("event_type"), call.body.get("client_payload", {})
    if not isinstance(kind, str) or not 0 < len(kind) <= 100:
        raise invalid("Invalid request. event_type must have 1 to 100 characters.")
    if not isinstance(payload, dict) or len(payload) > 10:
        raise invalid("No more than 10 properties are allowed; client_payload has too many.")
    call.desk.dispatches.append({"event_type": kind, "client_payload": payload})
    return Given(None, 204)
