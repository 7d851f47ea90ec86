"""What `fgd netbox` prints: previews, reports and checks, as text for people and as JSON for software. Pure."""

from collections.abc import Iterator, Sequence

from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult
from fgd_sync.model.netbox_preview import Examined, Permission, Preview, Step
from fgd_sync.model.resource import JsonObject
from fgd_sync.render.escape import inert, visible
from fgd_sync.render.style import Paint, painter

MOST = 200
"""Objects of one fabric that a preview names in text; JSON has all."""

_SIGNS = {"create": ("+", "add"), "update": ("~", "change"), "delete": ("-", "remove")}


def preview_text(previews: Sequence[Preview], *, color: bool = False) -> str:
    """What reports would do, fabric by fabric."""
    paint = painter(color)
    return _text(line for item in previews for line in _preview(item, paint))


def _preview(item: Preview, paint: Paint) -> Iterator[str]:
    counts = [f"{sum(step.action == action for step in item.steps)} to {action}" for action in _SIGNS]
    way = f" ({item.target})" if item.target else ""
    yield paint(f"{visible(item.fabric)}{way}: {', '.join(counts) if item.steps else 'nothing to do'}", "bold")
    yield from (_step(step, paint) for step in item.steps[:MOST])
    if len(item.steps) > MOST:
        yield f"  … and {len(item.steps) - MOST} more; --format json lists all"
    if item.refusal:
        yield paint(f"  refused: {visible(item.refusal)}", "warning")
    yield from _remarks(item.conflicts, item.unsupported, item.failures, paint)


def _step(step: Step, paint: Paint) -> str:
    sign, style = _SIGNS[step.action]
    detail = f": {visible(step.detail)}" if step.detail else ""
    return f"  {paint(f'{sign} {visible(step.what)}', style)}{detail}"


def result_text(results: Sequence[NetBoxResult], *, color: bool = False) -> str:
    """What reports did, fabric by fabric."""
    paint = painter(color)
    return _text(line for item in results for line in _result(item, paint))


def _result(item: NetBoxResult, paint: Paint) -> Iterator[str]:
    way = f" ({item.target}, {item.requests} requests)" if item.target else ""
    yield paint(f"{visible(item.fabric)}{way}: {_state(item)}", "bold")
    for tally in item.done:
        parts = {"created": tally.created, "updated": tally.updated, "deleted": tally.deleted}
        words = ", ".join(f"{count} {name}" for name, count in parts.items() if count)
        yield f"  {visible(tally.what)}: {words}"
    if item.url:
        yield f"  {visible(item.url)}"
    yield from _remarks(item.conflicts, item.unsupported, item.failures, paint)


def _state(item: NetBoxResult) -> str:
    if item.failures:
        return "not all was delivered"
    return "delivered" if item.changed else "NetBox has it already"


def _remarks(
    conflicts: Sequence[str], unsupported: Sequence[str], failures: Sequence[FgdError], paint: Paint
) -> Iterator[str]:
    yield from (f"  {paint('not ours', 'notice')}: {visible(item)}" for item in conflicts)
    yield from (f"  {paint('left out', 'notice')}: {visible(item)}" for item in unsupported)
    for failure in failures:
        yield f"  {paint(failure.code.id, 'error')} {visible(failure.message)}"
        yield f"    what to do: {visible(failure.remedy)}"


def examined_text(item: Examined, *, color: bool = False) -> str:
    """What NetBox and the token are good for."""
    return _text(_examined(item, painter(color)))


def _examined(item: Examined, paint: Paint) -> Iterator[str]:
    plugin = f"Hedgehog plugin {item.plugin}" if item.plugin else "no Hedgehog plugin"
    way = "the plugin" if item.target == "plugin" else "core objects"
    yield f"NetBox {visible(item.version)}, {visible(plugin)}; reports go to {way}"
    wide = max((len(permission.path) for permission in item.permissions), default=0)
    yield from (_permission(permission, wide, paint) for permission in item.permissions)
    if item.missing:
        yield f"the first report makes: {', '.join(item.missing)}"
    yield from (f"{paint('note', 'notice')}: {visible(note)}" for note in item.notes)
    yield paint("ready", "add") if item.is_ready else paint("the token may not do all that reports need", "error")


def _permission(item: Permission, wide: int, paint: Paint) -> str:
    style = ("warning" if item.optional else "error") if item.lacking else "add"
    words = f"may not {', '.join(item.lacking)}" if item.lacking else "may"
    return f"  {item.path.ljust(wide)}  {paint(words, style)}  {item.purpose}"


def _text(lines: Iterator[str]) -> str:
    return inert("\n".join(lines)) + "\n"


def preview_payload(item: Preview) -> JsonObject:
    """What `fgd netbox diff --format json` prints of a fabric."""
    return {
        "fabric": item.fabric,
        "target": item.target,
        "requests": item.requests,
        "steps": [{"action": step.action, "object": step.what, "fields": step.detail} for step in item.steps],
        "conflicts": list(item.conflicts),
        "unsupported": list(item.unsupported),
        "refusal": item.refusal,
        "errors": [_failure(failure) for failure in item.failures],
    }


def result_payload(item: NetBoxResult) -> JsonObject:
    """What `fgd netbox report --format json` prints of a fabric."""
    return {
        "fabric": item.fabric,
        "target": item.target,
        "url": item.url,
        "requests": item.requests,
        "delivered": item.delivered,
        "done": [
            {"object": tally.what, "created": tally.created, "updated": tally.updated, "deleted": tally.deleted}
            for tally in item.done
        ],
        "conflicts": list(item.conflicts),
        "unsupported": list(item.unsupported),
        "errors": [_failure(failure) for failure in item.failures],
    }


def examined_payload(item: Examined) -> JsonObject:
    """What `fgd netbox check --format json` prints."""
    return {
        "version": item.version,
        "plugin": item.plugin or None,
        "target": item.target,
        "ready": item.is_ready,
        "permissions": [
            {"path": one.path, "purpose": one.purpose, "lacking": list(one.lacking), "optional": one.optional}
            for one in item.permissions
        ],
        "missing": list(item.missing),
        "notes": list(item.notes),
    }


def _failure(failure: FgdError) -> JsonObject:
    return {"code": failure.code.id, "message": failure.message, "remedy": failure.remedy}
