"""NetBox's answers and broken connections turned into failures with words for the user. Pure but for exceptions' types.

Nothing of a request is taken over into a message: it holds the token. Only the method, the path, the status and what
NetBox gives as its reason are.
"""

import json
from typing import Any

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern

WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
_ACTIONS = {"GET": "view", "POST": "add", "PATCH": "change", "PUT": "change", "DELETE": "delete"}
_LONGEST_REASON = 300
_SECRET = pattern(r"nbt_[\w-]+\.[\w-]+|\b[0-9a-f]{40}\b|(?i:(?:token|bearer)\s+[\w.-]{16,})")


def failure_of(method: str, path: str, status: int, text: str) -> FgdError:
    """The failure that an answer with this status and text means."""
    body = _json(text)
    what = f"{method} {path}"
    details: dict[str, Any] = {"status": status, "path": path, "json": body is not None}
    if status in (401, 403):
        return _refused_access(method, path, body, details)
    if 300 <= status < 400 or (body is None and status < 500):
        return _not_netbox(what, path, status, details)
    kind, words = _words(status)
    details["doubtful"] = status >= 500 and method in WRITES
    return FgdError(kind, f"{what}: {words}{_reason(body)}", details=details)


def not_json(method: str, path: str) -> FgdError:
    """The failure that an answer that reports success is no JSON, or not of NetBox's form."""
    details = {"path": path, "doubtful": method in WRITES, "json": False}
    words = f"{method} {path}: the answer is not NetBox's; this is another server, or a page stands before it"
    return FgdError(code.NETBOX_UNSUPPORTED, words, details=details)


def unreachable(method: str, path: str, reason: str, *, sent: bool) -> FgdError:
    """The failure that no whole answer came. `sent`: the request may have arrived."""
    details = {"path": path, "doubtful": sent and method in WRITES}
    return FgdError(code.NETBOX_CONNECTION_FAILED, f"{method} {path}: NetBox {reason}", details=details)


def scrubbed(text: str) -> str:
    """The text without anything that has the form of a NetBox token."""
    return _SECRET.sub("***", text)


def _refused_access(method: str, path: str, body: Any, details: dict[str, Any]) -> FgdError:
    reason = str(body.get("detail", "")) if isinstance(body, dict) else ""
    if "permission" in reason.lower():
        need = f"{_ACTIONS.get(method, 'use')} {path}"
        return FgdError(code.NETBOX_PERMISSION_DENIED, f"the token may not {need}", details=details)
    words = f"NetBox refused the token{_reason(body)}"
    return FgdError(code.NETBOX_AUTHENTICATION_FAILED, words, details=details)


def _not_netbox(what: str, path: str, status: int, details: dict[str, Any]) -> FgdError:
    """A page where JSON should be. For the address of a plugin that means that there is no such plugin."""
    if status == 404 and path.startswith("plugins/"):
        return FgdError(code.NETBOX_NOT_FOUND, f"{what}: NetBox has no such address", details=details)
    words = f"{what}: the server answers with status {status} and a page instead of JSON"
    if 300 <= status < 400:
        words = f"{what}: NetBox sends us to another address (status {status})"
    return FgdError(code.NETBOX_UNSUPPORTED, words, details=details)


def _words(status: int) -> tuple[Code, str]:
    if status in (409, 412):
        return code.NETBOX_CONFLICT, {409: "other objects need it", 412: "somebody else changed it since"}[status]
    if status == 404:
        return code.NETBOX_NOT_FOUND, "NetBox has no such object, or the token may not see it"
    if status >= 500 or status == 429:
        return code.NETBOX_FAILED, f"NetBox failed with status {status}"
    return code.NETBOX_REFUSED, f"NetBox refused it with status {status}"


def _reason(body: Any) -> str:
    """NetBox's reason in words, with a colon before it; empty if it gave none."""
    words = "; ".join(dict.fromkeys(_sentences(body, "")))
    cut = words if len(words) <= _LONGEST_REASON else f"{words[: _LONGEST_REASON - 1]}…"
    return f": {scrubbed(cut)}" if cut else ""


def _sentences(body: Any, field: str) -> list[str]:
    if isinstance(body, dict):
        names = {"detail", "error", "non_field_errors", "__all__"}
        pairs = [(field if key in names else key, value) for key, value in body.items() if key != "python_version"]
        return [line for key, value in pairs for line in _sentences(value, key)]
    if isinstance(body, list):
        return [line for item in body for line in _sentences(item, field)]
    return [f"{field}: {body}" if field else str(body)] if body not in (None, "") else []


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
