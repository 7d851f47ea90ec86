"""GitHub's own contract: every request to the stand-in API, and every answer it gives, against GitHub's OpenAPI document.

The document lies beside the project. Without it nothing is checked, and answers hold only what the stand-in knows.
"""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from forge.traffic import Answer, Request

Json = dict[str, Any]
DOCUMENT, MUTATION = "github-openapi-trimmed.json", "graphql-createCommitOnBranch.graphql"
_NEUTRAL: Mapping[str, Any] = {"integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
_FORMATS = {"uri": "https://github.invalid/", "date-time": "2026-01-01T00:00:00Z", "email": "nobody@example.org"}


class Contract:
    """`violations` are the differences found so far; a test with any has failed."""

    def __init__(self, directory: Path) -> None:
        self.document, self._checks = _load(directory / DOCUMENT)
        self.mutation = _inputs((directory / MUTATION).read_text())
        self.violations: list[str] = []

    def check_request(self, request: Request, path: str) -> str | None:
        """What is wrong with a request; `path` is without the prefix of an enterprise server."""
        from openapi_core.exceptions import OpenAPIError

        try:
            self._checks.validate_request(_request(request, path))
        except OpenAPIError as error:
            return self._violated(request, error)
        return None

    def check_answer(self, request: Request, path: str, answer: Answer) -> None:
        """Note an answer that GitHub would not give. Those that the document does not describe are let pass."""
        from openapi_core.exceptions import OpenAPIError
        from openapi_core.templating.responses.exceptions import ResponseNotFound

        try:
            self._checks.validate_response(_request(request, path), _response(answer))
        except ResponseNotFound:
            return
        except OpenAPIError as error:
            self._violated(request, error, f"answer {answer.status} ")

    def check_input(self, given: Any, kind: str = "CreateCommitOnBranchInput", at: str = "") -> str | None:
        """What is wrong with the input of a mutation, in GitHub's words."""
        fields = self.mutation.get(kind.rstrip("!"))
        if given is None or fields is None:
            return f"{at.strip('.')} (Expected value to not be null)" if given is None and kind.endswith("!") else None
        if kind.startswith("["):
            kind = kind.strip("[]!")
        for name in given:
            if name not in fields:
                return f"{at}{name} (Field is not defined on {kind.rstrip('!')})"
        checks = (self._check_field(given.get(name), type_, f"{at}{name}") for name, type_ in fields.items())
        return next((wrong for wrong in checks if wrong), None)

    def _check_field(self, value: Any, kind: str, at: str) -> str | None:
        if not kind.startswith("["):
            return (
                self.check_input(value, kind, at + ".")
                if kind.rstrip("!") in self.mutation
                else _scalar(value, kind, at)
            )
        inner = kind.strip("[]!") + "!"
        checks = (self.check_input(item, inner, f"{at}.{number}.") for number, item in enumerate(value or ()))
        return next((wrong for wrong in checks if wrong), None)

    def note(self, text: str) -> str:
        self.violations.append(text)
        return text

    def _violated(self, request: Request, error: Exception, what: str = "") -> str:
        causes = [getattr(cause, "message", "") for cause in getattr(error.__cause__, "schema_errors", ())]
        said = "; ".join([str(error), *causes])
        return self.note(f"{request.line}: {what}{said}")

    # -- completing answers -------------------------------------------------------------------------------------------

    def completed(self, method: str, template: str, status: int, body: Any) -> Any:
        """An answer with everything that the document requires and the stand-in does not model, in neutral values."""
        found = self.document["paths"].get(template, {}).get(method.lower(), {})
        response = self._resolved(found.get("responses", {}).get(str(status), {}))
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return self._complete(schema, body) if schema else body

    def _complete(self, schema: Json, value: Any) -> Any:
        schema = self._resolved(schema)
        if isinstance(value, list):
            return [self._complete(schema.get("items", {}), item) for item in value]
        if not isinstance(value, dict):
            return value
        known = schema.get("properties", {})
        missing = {name: self._neutral(known.get(name, {})) for name in schema.get("required", ()) if name not in value}
        return {**missing, **{name: self._complete(known.get(name, {}), item) for name, item in value.items()}}

    def _neutral(self, schema: Json) -> Any:
        schema = self._resolved(schema)
        if schema.get("nullable"):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object":
            return self._complete(schema, {})
        return (
            _FORMATS.get(schema.get("format", ""), "")
            if schema.get("type", "string") == "string"
            else _NEUTRAL[schema["type"]]
        )

    def _resolved(self, schema: Json) -> Json:
        while reference := schema.get("$ref"):
            schema = self.document["components"]
            for step in reference.removeprefix("#/components/").split("/"):
                schema = schema[step]
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self._resolved(schema[choice][0])
        return schema


@functools.cache
def _load(path: Path) -> tuple[Json, Any]:
    """The document, and what checks with it; reading it takes a second, and nobody changes either."""
    from openapi_core import Config, OpenAPI

    document: Json = json.loads(path.read_text())
    _allow_null(document)
    return document, OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))  # type: ignore[arg-type]


def _allow_null(part: Any) -> None:
    """The document says `nullable` beside an `enum` or a choice, where by the letter of its format it has no effect."""
    children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for child in children:
        _allow_null(child)
    if not isinstance(part, dict) or part.get("nullable") is not True:
        return
    if None not in part.get("enum", [None]):
        part["enum"].append(None)
    for choice in {"oneOf", "anyOf"} & set(part):
        part[choice].append({"enum": [None]})


def _scalar(value: Any, kind: str, at: str) -> str | None:
    if value is None:
        return f"{at} (Expected value to not be null)" if kind.endswith("!") else None
    if not isinstance(value, str):
        return f"{at} (Could not coerce value {value!r} to {kind.rstrip('!')})"
    if kind.startswith("GitObjectID") and not re.fullmatch("[0-9a-f]{40}", value):
        return f"{at} (Could not coerce value {value!r} to GitObjectID)"
    return None


def _inputs(definition: str) -> dict[str, dict[str, str]]:
    """The input types of a GraphQL schema: each with its fields and their types."""
    plain = re.sub(r'""".*?"""', "", definition, flags=re.DOTALL)
    field = re.compile(r"(\w+)\s*:\s*([\w\[\]!]+)")
    return {name: dict(field.findall(body)) for name, body in re.findall(r"input (\w+) \{(.*?)\}", plain, re.DOTALL)}


def _request(request: Request, path: str) -> Any:
    from openapi_core.datatypes import RequestParameters
    from werkzeug.datastructures import Headers, ImmutableMultiDict

    query = ImmutableMultiDict(parse_qsl(request.query))
    return SimpleNamespace(
        host_url="https://api.github.com",
        method=request.method.lower(),
        path=path,
        content_type="application/json",
        body=request.body or None,
        parameters=RequestParameters(query=query, header=Headers(list(request.headers))),
    )


def _response(answer: Answer) -> Any:
    return SimpleNamespace(
        status_code=answer.status,
        headers=dict(answer.headers),
        content_type="application/json",
        data=answer.body or None,
    )
