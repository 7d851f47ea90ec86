"""How GitHub writes things down in JSON: users, repositories, refs, commits. Only what fgd-sync and its clients read."""

import hashlib
from typing import Any

from forge.desk import Pull
from forge.repository import Repository
from forge.rest import Call

Json = dict[str, Any]


def stable_id(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def node_id(text: str) -> str:
    return f"N_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def user(login: str, base: str) -> Json:
    kind = "Bot" if login.endswith("[bot]") else "User"
    own = {"login": login, "id": stable_id(login), "node_id": node_id(login), "type": kind, "site_admin": False}
    return {**own, "avatar_url": f"{base}/avatars/{login}", "url": f"{base}/users/{login}"}


def repository(call: Call, of: Repository | None = None) -> Json:
    of = of or call.repository
    owner, _, name = of.name.partition("/")
    url, page = f"{call.base_url}/repos/{of.name}", f"{call.html_url}/{of.name}"
    facts = {
        "private": of.private,
        "default_branch": of.default_branch,
        "fork": of is not call.repository,
        "archived": False,
    }
    own = {"id": stable_id(of.name), "node_id": node_id(of.name), "name": name, "full_name": of.name}
    rights = {"admin": False, "push": bool(call.token and call.token.may("contents", "write", of.name)), "pull": True}
    return {
        **own,
        **facts,
        "owner": user(owner, call.base_url),
        "url": url,
        "html_url": page,
        "clone_url": f"{page}.git",
        "permissions": rights,
        "description": None,
        "visibility": "private" if of.private else "public",
    }


def ref(call: Call, name: str, sha: str) -> Json:
    target = {"type": "commit", "sha": sha, "url": f"{call.repo_url}/git/commits/{sha}"}
    return {"ref": name, "node_id": node_id(name), "url": f"{call.repo_url}/git/{name}", "object": target}


def git_commit(call: Call, sha: str) -> Json:
    """A commit as the git database has it."""
    form = "%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
    tree, parents, *who, message = call.repository.git("log", "-1", f"--format={form}", sha).split("\0")
    signed = b"\ngpgsig " in call.repository.attempt("cat-file", "commit", sha).stdout.split(b"\n\n")[0]
    url = f"{call.repo_url}/git/commits/{sha}"
    return {
        "sha": sha, "node_id": node_id(sha), "url": url, "html_url": f"{call.repo_html}/commit/{sha}",
        "author": dict(zip(("name", "email", "date"), who[:3], strict=True)),
        "committer": dict(zip(("name", "email", "date"), who[3:], strict=True)),
        "tree": {"sha": tree, "url": f"{call.repo_url}/git/trees/{tree}"},
        "message": message.rstrip("\n"),
        "parents": [_parent(call, parent) for parent in parents.split()],
        "verification": _verification(signed),
    }  # fmt: skip


def _parent(call: Call, sha: str) -> Json:
    return {"sha": sha, "url": f"{call.repo_url}/git/commits/{sha}", "html_url": f"{call.repo_html}/commit/{sha}"}


def _verification(signed: bool) -> Json:
    reason = "valid" if signed else "unsigned"
    return {"verified": signed, "reason": reason, "signature": None, "payload": None, "verified_at": None}


def commit(call: Call, sha: str) -> Json:
    """A commit as the API of commits has it."""
    inner = git_commit(call, sha)
    url = f"{call.repo_url}/commits/{sha}"
    about = {name: inner[name] for name in ("author", "committer", "message", "tree", "verification")}
    return {
        "sha": sha, "node_id": node_id(sha), "url": url, "html_url": inner["html_url"], "comments_url": f"{url}/comments",
        "commit": {**about, "url": inner["url"], "comment_count": 0},
        "author": None, "committer": None, "parents": inner["parents"],
    }  # fmt: skip


def pull(call: Call, of: Pull) -> Json:
    url, page = f"{call.repo_url}/pulls/{of.number}", f"{call.repo_html}/pull/{of.number}"
    issue = f"{call.repo_url}/issues/{of.number}"
    labels = [call.desk.labels[name] for name in of.labels]
    merge = call.repository.resolve(f"refs/pull/{of.number}/merge")
    return {
        "id": stable_id(url), "node_id": node_id(url), "number": of.number, "url": url, "html_url": page,
        "issue_url": issue, "comments_url": f"{issue}/comments", "title": of.title, "body": of.body, "state": of.state,
        "draft": of.draft, "locked": False, "user": user(of.login, call.base_url), "labels": labels,
        "created_at": of.created, "updated_at": of.updated, "closed_at": None if of.state == "open" else of.updated,
        "merged_at": None, "merged": of.merged, "merge_commit_sha": merge, "mergeable": merge is not None,
        "mergeable_state": "clean", "maintainer_can_modify": False, "author_association": "MEMBER", "auto_merge": None,
        "head": _side(call, of.label, of.source, of.head_sha), "base": _base(call, of), "assignee": None,
        "milestone": None,
    }  # fmt: skip


def _base(call: Call, of: Pull) -> Json:
    label = f"{call.repository.name.split('/')[0]}:{of.base}"
    return _side(call, label, call.repository, call.repository.tip(of.base))


def _side(call: Call, label: str, of: Repository, sha: str) -> Json:
    owner, _, branch = label.partition(":")
    return {"label": label, "ref": branch, "sha": sha, "user": user(owner, call.base_url), "repo": repository(call, of)}
