"""Whether the answers of the stand-in fit NetBox's own description of its API, and our requests too."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from netbox_models import Json

FILES = ("netbox-openapi-trimmed.json", "hedgehog-plugin-openapi-trimmed.json")
_NUMBER = re.compile(r"/\d+$")


class Contract:
    """NetBox's description of its API, and that of the plugin's."""

    def __init__(self, folder: Path) -> None:
        self._specs = [json.loads((folder / name).read_text()) for name in FILES]

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        """Raise an error if an answer of success does not fit; paths that are not described pass."""
        spec = next((item for item in self._specs if self._key(path) in item["paths"]), None)
        if spec is None or status >= 400 or path == "status" or method == "OPTIONS":
            return
        described = spec["paths"][self._key(path)][method.lower()]["responses"]
        assert str(status) in described, f"status {status} is not described"
        schema = described[str(status)].get("content", {}).get("application/json", {}).get("schema")
        for item in body if isinstance(body, list) else [body]:
            if schema:
                self._validate(spec, self._single(schema) if isinstance(body, list) else schema, item)

    def check_request(self, method: str, path: str, body: Any) -> None:
        """Raise an error if what is sent does not fit."""
        spec = next((item for item in self._specs if self._key(path) in item["paths"]), None)
        if spec is None or method not in ("POST", "PATCH") or (method == "PATCH" and isinstance(body, list)):
            return
        schema = spec["paths"][self._key(path)][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
        one = schema["oneOf"][0] if "oneOf" in schema else schema
        for item in body if isinstance(body, list) else [body]:
            self._validate(spec, one, item, sent=True)

    def _key(self, path: str) -> str:
        return f"/api/{_NUMBER.sub('/{id}', path)}/"

    def _single(self, schema: Json) -> Json:
        return dict(schema["items"]) if schema.get("type") == "array" else schema

    def _validate(self, spec: Json, schema: Json, value: Any, *, sent: bool = False) -> None:
        validator = _validator(json.dumps(schema), self._specs.index(spec), self, sent)
        for error in validator.iter_errors(value):
            if not _is_misdescribed(error.instance):
                where = "/".join(str(step) for step in error.absolute_path)
                raise AssertionError(f"{where}: {error.message[:200]}")


def _is_misdescribed(value: Any) -> bool:
    """NetBox gives null and empty text for many fields whose description allows neither (seen on 4.6.8)."""
    return value is None or value == ""


@cache
def _validator(schema: str, number: int, contract: Contract, sent: bool) -> Any:
    from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

    kind = OAS30WriteValidator if sent else OAS30ReadValidator
    return kind({**json.loads(schema), "components": contract._specs[number]["components"]})
