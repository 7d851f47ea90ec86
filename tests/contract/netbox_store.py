"""The state of the stand-in for NetBox: rows, what is valid, what is unique, what a row looks like. No HTTP here."""

import copy
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from netbox_models import CHANGE_LOG, CHANGES, MODELS, PLUGIN_MODELS, Json, Model

LABELS = {
    "longtext": "Text (long)", "datetime": "Date & time", "url": "URL", "json": "JSON", "if-set": "If set",
    "create": "Created", "update": "Updated", "delete": "Deleted", "boolean": "Boolean (true/false)", "other": "Other", "virtual": "Virtual",
}  # fmt: skip
"""Labels of choices that are not just their values."""

Rule = Callable[[str, str, Json], bool]
"""Whether a token may do an action (view, add, change, delete) to a row of a path."""


class RefusedError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass
class Store:
    """All rows by path and id. `etags`: whether single objects have versions. `plugin`: whether the plugin is there."""

    plugin: bool = False
    base: str = ""
    etags: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    rows: dict[str, dict[int, Json]] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    broken_journal: bool = False
    author: str = "alice"
    hooks: list[Callable[[Json], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.models = {item.path: item for item in (*MODELS, CHANGE_LOG, *(PLUGIN_MODELS if self.plugin else ()))}
        self.rows = {path: {} for path in self.models}
        self._ids = itertools.count(1)
        self._ticks = itertools.count(1)

    def now(self) -> str:
        """A time later than any before."""
        start = datetime(2026, 3, 1, 8, tzinfo=UTC)
        return (start + timedelta(microseconds=next(self._ticks))).isoformat().replace("+00:00", "Z")

    def insert(self, path: str, bodies: list[Json], may: Rule) -> list[Json]:
        """Make rows, all or none."""
        model = self.models[path]
        with self.lock:
            before = copy.deepcopy(self.rows[path])
            try:
                made = [self._insert(model, body, may) for body in bodies]
            except RefusedError:
                self.rows[path] = before
                raise
            self._after_write(model, made)
            for row, body in zip(made, bodies, strict=True):
                self._log(model, "create", {}, row, body)
            return made

    def _insert(self, model: Model, body: Json, may: Rule) -> Json:
        missing = [name for name in model.required if body.get(name) in (None, "", {})]
        if missing:
            raise RefusedError(400, {name: ["This field is required."] for name in missing})
        row = {**copy.deepcopy(model.defaults), "tags": [], "custom_fields": {}}
        stamp = self.now()
        row |= {"id": next(self._ids), "created": stamp, "last_updated": stamp}
        self._write(model, row, body)
        if not may("add", model.path, row):
            raise RefusedError(403, {"detail": "You do not have permission to perform this action."})
        self._check_unique(model, row)
        self.rows[model.path][row["id"]] = row
        return row

    def change(self, path: str, number: int, body: Json) -> Json:
        """Change fields of one row."""
        with self.lock:
            row = copy.deepcopy(self.rows[path][number])
            self._write(self.models[path], row, body)
            self._check_unique(self.models[path], row)
            row["last_updated"] = self.now()
            self._log(self.models[path], "update", self.rows[path][number], row, body)
            self.rows[path][number] = row
            self._after_write(self.models[path], [row])
            return row

    def delete(self, path: str, number: int) -> None:
        """Delete a row, and those that go with it; refuse if others need it."""
        with self.lock:
            for model in self.models.values():
                for name, target in model.links.items():
                    users = [key for key, row in self.rows[model.path].items() if row.get(name) == number]
                    if target != path or not users:
                        continue
                    if name not in model.cascade:
                        raise RefusedError(409, {"detail": f"Unable to delete object. {len(users)} dependent objects"})
                    for user in users:
                        self.delete(model.path, user)
            self._unplug(path, number)
            gone = self.rows[path].pop(number, None)
            if gone:
                self._log(self.models[path], "delete", gone, {}, {})

    def _log(self, model: Model, action: str, before: Json, after: Json, body: Json) -> None:
        """Enter what is done to an object into the change log."""
        if not model.path.startswith(("plugins/", "dcim/", "ipam/")):
            return
        number, key = next(self._ids), (after or before)["id"]
        entry = self.rows[CHANGES][number] = {
            "id": number, "time": self.now(), "user": None, "user_name": self.author, "action": action,
            "request_id": str(UUID(int=number)), "changed_object_type": model.type, "changed_object_id": key,
            "changed_object": None, "object_repr": str((after or before).get("name")),
            "message": body.get("changelog_message", ""), "prechange_data": copy.deepcopy(before),
            "postchange_data": copy.deepcopy(after), "tags": [], "custom_fields": {},
        }  # fmt: skip
        for hook in self.hooks:
            hook(entry)

    def _unplug(self, path: str, number: int) -> None:
        for key, cable in list(self.rows["dcim/cables"].items()) if path == "dcim/interfaces" else ():
            ends = [*cable["a_terminations"], *cable["b_terminations"]]
            if any(end["object_id"] == number for end in ends):
                self.rows["dcim/cables"].pop(key)

    def _write(self, model: Model, row: Json, body: Json) -> None:
        message = body.get("changelog_message", "")
        if len(message) > 200:
            raise RefusedError(500, {"error": "value too long for type character varying(200)"})
        self.messages.append((model.path, str(row["id"]), message))
        for name, value in body.items():
            if name in ("id", "changelog_message"):
                continue
            if name == "custom_fields" and model.custom_fields:
                self._write_custom(model, row, value)
            elif name == "tags" and model.tags:
                row["tags"] = [self._find("extras/tags", item) for item in value]
            elif name in model.links:
                row[name] = None if value is None else self._find(model.links[name], value)
            elif name in model.defaults:
                row[name] = value
        self._validate(model, row)

    def _write_custom(self, model: Model, row: Json, values: Json) -> None:
        known = self.fields_of(model)
        unknown = [name for name in values if name not in known]
        if unknown:
            words = f"Custom field '{unknown[0]}' does not exist for this object type."
            raise RefusedError(400, {"custom_fields": {unknown[0]: [words]}})
        row["custom_fields"] = {**row["custom_fields"], **values}

    def fields_of(self, model: Model) -> dict[str, Json]:
        """The custom fields of a type."""
        found = self.rows["extras/custom-fields"].values()
        return {row["name"]: row for row in found if model.type in row["object_types"]}

    def _find(self, path: str, value: Any) -> int:
        if isinstance(value, int):
            if value in self.rows[path]:
                return value
        elif "id" in value and value["id"] in self.rows[path]:
            return int(value["id"])
        elif isinstance(value, dict):
            for key, row in self.rows[path].items():
                if value and all(row.get(name) == wanted for name, wanted in value.items()):
                    return key
        raise RefusedError(400, {"detail": f"Related object not found using the provided attributes: {value}"})

    def _validate(self, model: Model, row: Json) -> None:
        name = str(row.get("name") or "")
        if (
            model.path.startswith("plugins/hedgehog/")
            and model.type != "netbox_hedgehog.hedgehogfabric"
            and "." in name
        ):
            raise RefusedError(400, {"name": ["Name must be a valid DNS-1123 label"]})
        if model.type == "dcim.device" and len(name) > 64:
            raise RefusedError(400, {"name": ["Ensure this field has no more than 64 characters."]})
        if model.type == "dcim.cable":
            self._validate_cable(row)
        if model.type == "ipam.prefix":
            import ipaddress

            try:
                ipaddress.ip_network(row["prefix"])
            except ValueError:
                raise RefusedError(400, {"prefix": ["Invalid IP prefix"]}) from None

    def _validate_cable(self, row: Json) -> None:
        taken = {
            end["object_id"]
            for key, cable in self.rows["dcim/cables"].items()
            if key != row["id"]
            for end in (*cable["a_terminations"], *cable["b_terminations"])
        }
        for end in (*row["a_terminations"], *row["b_terminations"]):
            if end["object_id"] not in self.rows["dcim/interfaces"]:
                raise RefusedError(400, {"a_terminations": ["no such interface"]})
            if end["object_id"] in taken:
                raise RefusedError(400, {"__all__": [f"Duplicate termination found for interface {end['object_id']}"]})

    def _check_unique(self, model: Model, row: Json) -> None:
        for names in model.unique:
            values = [_folded(row.get(name)) for name in names]
            if any(value is None for value in values) and model.type != "ipam.prefix":
                continue
            for other in self.rows[model.path].values():
                if other["id"] != row["id"] and [_folded(other.get(name)) for name in names] == values:
                    status = 500 if model.path.startswith("plugins/") else 400
                    raise RefusedError(status, {names[-1]: [f"{model.type} with this {names[-1]} already exists."]})

    def _after_write(self, model: Model, rows: list[Json]) -> None:
        if model.type == "extras.journalentry":
            kinds = {row["assigned_object_type"] for row in rows}
            self.broken_journal |= "netbox_hedgehog.hedgehogfabric" in kinds

    def show(self, model: Model, row: Json) -> Json:
        """A row as the API gives it."""
        body = {key: value for key, value in row.items() if key not in ("tags", "custom_fields")}
        body |= {**dict.fromkeys(model.counts, 0), **copy.deepcopy(model.extra), **self._frame(model, row)}
        for name in model.choices:
            body[name] = {"value": row[name], "label": LABELS.get(row[name], str(row[name]).title())}
        for name, path in model.links.items():
            if not model.path.startswith("plugins/"):
                body[name] = None if row[name] is None else self.brief(path, row[name])
        if model.tags:
            body["tags"] = [self._nested_tag(number) for number in row["tags"]]
        if model.custom_fields:
            body["custom_fields"] = {name: row["custom_fields"].get(name) for name in self.fields_of(model)}
        if model.type == "dcim.interface":
            body |= self._plugged(row["id"])
        if model.type == "dcim.cable":
            body |= {side: [self._end(end) for end in row[side]] for side in ("a_terminations", "b_terminations")}
        return body

    def _frame(self, model: Model, row: Json) -> Json:
        page = model.path.replace("plugins/hedgehog", "plugins/hedgehog")
        return {
            "url": f"{self.base}/api/{model.path}/{row['id']}/",
            "display_url": f"{self.base}/{page}/{row['id']}/",
            "display": str(row.get("name") or row.get("model") or row.get("prefix") or row["id"]),
        }

    def brief(self, path: str, number: int) -> Json:
        """A row as others that name it show it."""
        model, row = self.models[path], self.rows[path][number]
        shown = {name: row.get(name, 0) for name in model.brief}
        for name in set(model.links) & set(shown):
            shown[name] = self.brief(model.links[name], row[name])
        frame = self._frame(model, row)
        return {"id": number, "url": frame["url"], "display": frame["display"], "description": "", **shown}

    def _nested_tag(self, number: int) -> Json:
        row = self.rows["extras/tags"][number]
        frame = self._frame(self.models["extras/tags"], row)
        return {"id": number, **frame, "name": row["name"], "slug": row["slug"], "color": row["color"]}

    def _plugged(self, number: int) -> Json:
        for key, cable in self.rows["dcim/cables"].items():
            for side in ("a", "b"):
                if any(end["object_id"] == number for end in cable[f"{side}_terminations"]):
                    shown = {"id": key, "url": f"{self.base}/api/dcim/cables/{key}/", "display": "", "label": ""}
                    return {"cable": {**shown, "description": ""}, "cable_end": side.upper(), "_occupied": True}
        return {"cable": None, "cable_end": "", "_occupied": False}

    def _end(self, end: Json) -> Json:
        shown = self.brief("dcim/interfaces", end["object_id"])
        return {"object_type": end["object_type"], "object_id": end["object_id"], "object": shown}

    def matching(self, model: Model, query: dict[str, list[str]]) -> Iterator[Json]:
        """The rows that a list request is for, by id; filters that are not known are ignored."""
        self._refuse_unknown(model, query)
        for number in sorted(self.rows[model.path]):
            row = self.rows[model.path][number]
            if not model.filters or all(self._matches(model, row, *item) for item in query.items()):
                yield row

    def _refuse_unknown(self, model: Model, query: dict[str, list[str]]) -> None:
        """A filter by another object fails where there is none with this slug or number."""
        tags = {row["slug"] for row in self.rows["extras/tags"].values()}
        for name, values in query.items() if model.filters else ():
            linked = model.links.get(name.removesuffix("_id")) if name.endswith("_id") else None
            known = (
                tags if name == "tag" and model.tags else {str(key) for key in self.rows[linked]} if linked else None
            )
            wrong = [value for value in values if known is not None and value not in (*known, "null")]
            if wrong:
                raise RefusedError(
                    400, {name: [f"Select a valid choice. {wrong[0]} is not one of the available choices."]}
                )

    def _matches(self, model: Model, row: Json, name: str, values: list[str]) -> bool:
        if name == "q" and "comments" in row:
            return any(value.lower() in str(row["comments"]).lower() for value in values)
        if name == "tag":
            slugs = {self.rows["extras/tags"][number]["slug"] for number in row["tags"]}
            return all(value in slugs for value in values)
        if name.startswith("cf_") and name[3:] in self.fields_of(model):
            return str(row["custom_fields"].get(name[3:])) in values
        plain = name.removesuffix("_id") if name.removesuffix("_id") in model.links else name
        if name in ("id", *model.defaults) or plain in model.links:
            value = row.get(plain)
            return str("null" if value is None else value) in values
        return True


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
