"""A small fabric that breaks no rule, and what tests of planning do with it: plan, delete, change."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from fgd_sync.adapters.packaged import load
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.plan import Plan
from fgd_sync.model.tree import Tree
from fgd_sync.planning.options import Options
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue

TEXT = (Path(__file__).parents[2] / "rules" / "surroundings.yaml").read_text(encoding="utf-8")
OPTIONS = Options("north", Catalogue(load), Context(FabricSettings(gateway=True)))

Files = Mapping[str, bytes]


def documents(text: str) -> list[dict[str, Any]]:
    return [body for body in yaml.load_all(text, yaml.CSafeLoader) if body and "fgd" not in body]


def managed(*texts: str) -> dict[str, bytes]:
    """The files of a fabric directory that has taken in the surroundings and some more; the last version counts."""
    bodies = {(body["kind"], body["metadata"]["name"]): body for text in (TEXT, *texts) for body in documents(text)}
    tree = Tree({"raw/all.yaml": yaml.safe_dump_all(bodies.values()).encode()})
    made = plan(tree, OPTIONS)
    assert errors(made) == [], "the fabric is valid"
    return {path: data for path, data in tree.after(made.changes).files.items() if path != "raw/all.yaml.archived"}


def planned(files: Files, base: Files = {}, **severities: str) -> Plan:  # noqa: B006
    """The plan for a directory, compared with the files of a base revision."""
    changed = {path: data for path, data in base.items() if files.get(path) != data and path.startswith("managed/")}
    chosen = {name.replace("_", "-"): severity for name, severity in severities.items()}
    context = replace(OPTIONS.context, severities=chosen)
    return plan(Tree(dict(files)), replace(OPTIONS, base=changed, context=context))


def errors(made: Plan) -> list[Diagnostic]:
    return [item for item in made.diagnostics if item.is_error]


def rules_of(found: Iterable[Diagnostic]) -> list[str]:
    return [item.rule for item in found]


def path_of(body: dict[str, Any], files: Files) -> str:
    """The managed file of a resource."""
    name = f"/{body['metadata']['name']}.yaml"
    (path,) = (
        path for path, data in files.items() if path.endswith(name) and f"kind: {body['kind']}\n" in data.decode()
    )
    return path


def without(files: Files, *paths: str) -> dict[str, bytes]:
    assert set(paths) <= set(files)
    return {path: data for path, data in files.items() if path not in paths}
