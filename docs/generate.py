"""Writes the pages of this folder that are generated from the code: codes, rules, settings, commands, schemas, inputs.

`make docs` runs it; a test fails when a page is stale.
"""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from fgd_sync.adapters.packaged import load
from fgd_sync.cli.group import cli
from fgd_sync.cli.main import COMMANDS
from fgd_sync.model.action import INPUTS, OUTPUTS, Input
from fgd_sync.model.event import EventType
from fgd_sync.model.kinds import KINDS
from fgd_sync.render.explain import codes_page, rules_page
from fgd_sync.rules.coverage import coverage_rows
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.listing import outline

HERE = Path(__file__).parent
GENERATED = "This page is generated; `make docs` writes it anew."


def settings_page() -> str:
    """Every setting of fgd_config.yaml with its type, default and meaning, from the published schema."""
    schema = json.loads(load("config.schema.json"))
    lines = [
        "# Settings",
        "",
        "What `fgd_config.yaml` may hold, from its schema `schemas/config.schema.json`.",
        GENERATED,
        "",
        "| setting | type | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    rows = _settings(schema, schema, "")
    return (
        "\n".join([*lines, *(f"| `{name}` | {kind} | {default} | {text} |" for name, kind, default, text in rows)])
        + "\n"
    )


def _settings(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    for name, raw in node.get("properties", {}).items():
        field = _resolved(schema, raw)
        where = f"{path}.{name}" if path else name
        if "properties" in field:
            yield from _settings(schema, field, where)
            continue
        default = f"`{json.dumps(field['default'])}`" if "default" in field else ""
        yield where, _type(field), default, _cell(field.get("description", field.get("title", "")))
        items = _resolved(schema, field.get("items", {}))
        yield from _settings(schema, items, f"{where}[]")


def _resolved(schema: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    name = field.get("$ref", "").rpartition("/")[2]
    return {**schema["$defs"][name], **{key: value for key, value in field.items() if key != "$ref"}} if name else field


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    kind = field.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands_page() -> str:
    """The help of every command."""
    lines = [
        "# Commands",
        "",
        GENERATED,
        "",
        "Exit statuses: 0 all is well; 1 errors in manifests; 2 wrong usage or settings; 3 the plan was refused; "
        "4 files cannot be read or written; 5 another run is at work, or time is up; 6 a remote failed; "
        "70 a fault of fgd-sync itself; 130 cancelled.",
    ]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        lines += _help(f"fgd {name}", command)
    return "\n".join(lines) + "\n"


def _help(title: str, command: click.Command) -> Iterator[str]:
    context = click.Context(
        command, info_name=title, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    yield from ("", f"## {title}", "", "```text", command.get_help(context), "```")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _help(f"{title} {name}", inner)


def schemas_page() -> str:
    """The fields of every kind."""
    catalogue = Catalogue(load)
    lines = [
        "# Schemas",
        "",
        "The fields of every kind, from `schemas/crd/`. Editors that know JSON Schema complete and explain them: put",
        "`# yaml-language-server: $schema=…` with the path of the kind's schema at the head of a file.",
        GENERATED,
    ]
    for kind in KINDS:
        lines += [
            "",
            f"## {kind.name}",
            "",
            f"`{kind.api_version}`, {kind.title}.",
            "",
            "| field | type | required | meaning |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| `{row.path}` | {_cell(row.type)} | {'yes' if row.required else ''} | {_cell(row.title)} |"
            for row in outline(catalogue.schema(kind))
        ]
    return "\n".join(lines) + "\n"


def action_page() -> str:
    """The inputs and outputs of the action."""
    lines = [
        "# The action",
        "",
        "What `with:` of the step may hold, and what the step gives to later ones. [Workflows](workflows.md) says what",
        "it does on which event.",
        GENERATED,
        "",
        "## Inputs",
        "",
        "An empty text is the same as no input. A value that is not allowed, or an input that looks like a slip of one",
        "of these, ends the step before anything is read, with all that is wrong.",
        "",
        "| input | value | default | meaning |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{item.name}` | {_cell(_values(item))} | {_code(item.default)} | {_cell(item.description)} |"
            for item in INPUTS
        ),
        "",
        "## Outputs",
        "",
        "| output | meaning |",
        "| --- | --- |",
        *(f"| `{item.name}` | {_cell(item.description)} |" for item in OUTPUTS),
    ]
    return "\n".join(lines) + "\n"


def _values(item: Input) -> str:
    return f"{item.kind} {', '.join(item.choices)}" if item.choices else str(item.kind)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def coverage_page() -> str:
    """Where each rule of the fabric is checked, or why not."""
    rows = coverage_rows()
    counts = Counter(row.where for row in rows)
    lines = [
        "# Coverage",
        "",
        f"The {len(rows)} rules of the fabric that this project follows, and where each is checked.",
        GENERATED,
        "",
        "| where | rules |",
        "| --- | --- |",
        *(f"| {where} | {count} |" for where, count in counts.most_common()),
        "",
        "| rule | where | remark |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*lines, *(f"| {row.id} | {row.where} | {_cell(row.remark)} |" for row in rows)]) + "\n"


def events_page() -> str:
    """Every event with its payload, from the published schemas."""
    schemas = {kind.value: json.loads(load(f"event/{kind.value}.json")) for kind in EventType}
    envelope = {name: field for name, field in next(iter(schemas.values()))["properties"].items() if name != "payload"}
    lines = [
        "# Events",
        "",
        "What `--events FILE`, Redis and the history hold of a sync: one JSON object for each event, described by the",
        "schema of its type in `schemas/event/`. `fgd events show` prints those of a past sync, `fgd events replay`",
        "delivers them again.",
        GENERATED,
        "",
        *_fields(envelope, set(envelope)),
    ]
    for name, schema in schemas.items():
        payload = schema["properties"]["payload"]
        lines += [
            "",
            f"## {name}",
            "",
            schema["description"],
            "",
            *_fields(payload["properties"], set(payload["required"])),
        ]
    return "\n".join(lines) + "\n"


def _fields(fields: dict[str, Any], required: set[str]) -> Iterator[str]:
    yield from ("| field | type | always | meaning |", "| --- | --- | --- | --- |")
    for name, field in fields.items():
        kind = _type({key: value for key, value in field.items() if key != "enum"}) or "string"
        always = "yes" if name in required else ""
        yield f"| `{name}` | {kind} | {always} | {_cell(field.get('description', ''))} |"


def pull_request_page() -> str:
    """What a pull request shows: the comment on a change of the example fabric, as the program writes it."""
    head = (
        "# What a pull request shows",
        "",
        "Somebody gives the VPC web another VLAN, takes it off server-02, and drops a draft with a slip into raw/.",
        "This is the comment; the summary of the step and the check run say the same, and the findings stand at",
        "their lines among the changed files.",
        GENERATED,
        "",
        "---",
        "",
    )
    return "\n".join(head) + comment_on_change()


def comment_on_change() -> str:
    """The Markdown of a check of a change of the example fabric, beside what was committed before."""
    from fgd_sync.cli.main import main

    with TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(HERE.parent / "examples" / "fabric", "north")
        with redirect_stdout(StringIO()):
            main(["sync", "north", "--no-color", "--no-cache"])
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "state"]):
            subprocess.run(["git", *identity, *command], check=True, capture_output=True)  # noqa: S603, S607
        web = Path("north/managed/vpcs/web.yaml")
        web.write_text(web.read_text().replace("vlan: 1001", "vlan: 1005"))
        Path("north/managed/vpcattachments/web-front--server-02.yaml").unlink()
        shutil.copy("north/unmanaged/draft.yaml", "north/raw/draft.yaml")
        with redirect_stdout(StringIO()) as shown:
            main(["check", "north", "--format", "markdown", "--no-cache"])
    return shown.getvalue()


def readme() -> str:
    """The README with the comment on a change as it is today, as a quotation."""
    path = HERE.parent / "README.md"
    before, rest = path.read_text().split(BEGIN, 1)
    quoted = "\n".join(f"> {line}".rstrip() for line in comment_on_change().splitlines())
    return f"{before}{BEGIN}\n\n{quoted}\n\n{END}{rest.split(END, 1)[1]}"


BEGIN, END = "<!-- generated: comment -->", "<!-- end of comment -->"

PAGES = {
    "codes.md": codes_page,
    "rules.md": rules_page,
    "coverage.md": coverage_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
    "schemas.md": schemas_page,
    "action.md": action_page,
    "events.md": events_page,
    "pull-request.md": pull_request_page,
}
"""Every generated page by its file name."""


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page())
    (HERE.parent / "README.md").write_text(readme())
