"""Each command as its user runs it, on real directories."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Run, server, tree_of

Write = Callable[[str, str | bytes], Path]

BAD = server("server-02").replace("description:", "descriptoin:")


def test_init_sets_up_an_empty_directory(run: Run, tmp_path: Path) -> None:
    done = run("init", "north", "--format", "json")
    assert done.status == 0
    assert done.json["success"]
    assert done.json["initialized"]
    assert "raw" in done.json["directories_created"]
    assert set(done.json["files_created"]) == {
        ".hnp/manifest.yaml",
        ".hnp/archive-log.yaml",
        ".hnp/.gitattributes",
        "README.md",
    }
    assert (tmp_path / "north/managed/vpcs/.gitkeep").is_file()
    assert run("check", "north").status == 0


def test_init_takes_in_what_lies_there(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/old/servers.yaml", server("server-01") + "---\n" + server("server-02"))
    done = run("init", "north")
    assert done.status == 0
    assert (tmp_path / "north/managed/servers/server-02.yaml").is_file()
    assert (tmp_path / "north/raw/old/servers.yaml.archived").is_file()
    assert not (tmp_path / "north/old").exists()


def test_init_leaves_a_fabric_directory_alone_unless_forced(run: Run, write: Write, tmp_path: Path) -> None:
    run("init", "north", "--name", "lab")
    write("north/raw/a.yaml", server("server-01"))
    before = tree_of(tmp_path)
    again = run("init", "north")
    assert "already" in again.err
    assert "`fgd sync north`" in again.err
    assert tree_of(tmp_path) == before
    assert run("init", "north", "--force").status == 0
    assert (tmp_path / "north/managed/servers/server-01.yaml").is_file()
    assert "fabric_name: lab" in (tmp_path / "north/.hnp/manifest.yaml").read_text()


def test_init_says_how_to_finish_where_a_file_could_not_be_read(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/x.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    first = run("init", "north")
    assert first.status == 1
    assert "north/x.yaml" in first.out
    assert "then run `fgd sync north`" in first.err
    write("north/x.yaml", server("server-01"))
    assert "Run `fgd sync north`" in run("init", "north").err
    assert run("sync", "north").status == 0
    assert (tmp_path / "north/managed/servers/server-01.yaml").is_file()
    assert "`fgd sync north`" not in run("init", "north").err


def test_samples_are_never_read(run: Run, tmp_path: Path) -> None:
    done = run("init", "north", "--samples", "--format", "json")
    assert "raw/vpc.yaml.sample" in done.json["files_created"]
    before = tree_of(tmp_path)
    assert run("sync", "north").status == 0
    assert tree_of(tmp_path) == before


def test_sync_takes_a_bare_folder_to_a_fabric_directory(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("server-01"))
    done = run("sync", "north")
    assert done.status == 0
    assert "+ created  Server server-01" in done.out
    assert "server-01" in (tmp_path / "north/managed/servers/server-01.yaml").read_text()


def test_sync_does_not_set_up_a_directory_where_that_is_not_allowed(run: Run, write: Write, tmp_path: Path) -> None:
    write("fgd_config.yaml", "fgd:\n  directory:\n    auto_initialize: false\n")
    write("north/raw/a.yaml", server("server-01"))
    before = tree_of(tmp_path)
    done = run("sync", "north")
    assert done.status == 4
    assert "fgd init" in done.out
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("command", [["plan"], ["check"], ["sync", "--dry-run"], ["plan", "--diff", "all"]])
def test_commands_that_only_look_write_nothing(command: list[str], run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("server-01") + "---\n" + BAD)
    before = tree_of(tmp_path)
    assert run(*command, "north").status == 1
    assert tree_of(tmp_path) == before


def test_check_shows_line_column_and_the_nearest_field(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", "# first line\n" + BAD)
    out = run("check", "north", "--no-color").out
    assert "north/raw/a.yaml\n" in out
    assert '7:3  error  FGD_1004 META-007  unknown field "descriptoin" in spec: did you mean "description"?' in out
    assert "7 |   descriptoin: rack 1\n" in out
    assert "|   ^^^^^^^^^^^\n" in out


def test_check_has_the_payload_of_the_contract(run: Run, write: Write) -> None:
    run("init", "north")
    write("north/raw/a.yaml", BAD)
    payload = run("check", "north", "--format", "json").json
    assert payload["valid"] is False
    (issue,) = payload["issues"]
    wanted = {"code": "FGD_1004", "file": "north/raw/a.yaml", "line": 6, "column": 3, "rule": "META-007", "document": 0}
    assert wanted.items() <= issue.items()
    assert issue["remedy"]
    assert payload["structure"]["raw"] == {"exists": True, "file_count": 1, "pending_files": ["raw/a.yaml"]}
    assert payload["structure"]["metadata"] == {"exists": True, "manifest_valid": True}


def test_sync_has_the_payload_of_the_contract(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", server("server-01"))
    payload = run("sync", "north", "--format", "json").json
    assert {
        "sync_id",
        "fabric",
        "state",
        "progress",
        "started_at",
        "updated_at",
        "completed_at",
        "trigger",
        "commit",
        "errors",
        "warnings",
    } <= payload.keys()
    assert (payload["state"], payload["fabric"], payload["errors"]) == ("completed", "north", [])
    assert payload["progress"]["percent_complete"] == 100


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown", "github"])
@pytest.mark.parametrize("command", ["check", "plan", "sync"])
def test_every_form_of_every_report_names_the_finding(form: str, command: str, run: Run, write: Write) -> None:
    write("north/raw/a.yaml", BAD)
    done = run(command, "north", "--format", form)
    assert done.status == 1
    assert "descriptoin" in done.out


def test_several_fabrics_are_isolated_from_one_another(run: Run, write: Write, tmp_path: Path) -> None:
    write("fabrics/a/.hnp/manifest.yaml", "fabric_name: a\n")
    write("fabrics/a/.hnp/schemas/crd/wiring.githedgehog.com/v1beta1/server.json", "no JSON")
    write("fabrics/b/.hnp/manifest.yaml", "fabric_name: b\n")
    write("fabrics/b/raw/x.yaml", server("server-01"))
    done = run("sync", "--format", "json")
    assert done.status == 2
    broken, well = done.json["fabrics"]
    assert broken["state"] == "failed"
    assert well["state"] == "completed"
    assert (tmp_path / "fabrics/b/managed/servers/server-01.yaml").is_file()


def test_the_configuration_names_the_fabrics(run: Run, write: Write) -> None:
    write("fgd_config.yaml", "fgd:\n  fabrics:\n  - {name: lab, path: sites/lab, netbox_id: 7}\n")
    write("sites/lab/raw/x.yaml", server("server-01"))
    write("sites/other/raw/x.yaml", server("server-01"))
    payload = run("plan", "--format", "json").json
    assert payload["fabric"] == "lab"
    assert payload["path"] == "sites/lab"


def test_settings_that_are_wrong_are_all_shown_with_their_place(run: Run, write: Write) -> None:
    write("fgd_config.yaml", "fgd:\n  syncc: {}\n  ingestion:\n    archive: rname\n")
    done = run("sync", "north")
    assert done.status == 2
    assert "fgd_config.yaml:2:3" in done.err
    assert "sync" in done.err
    assert "fgd_config.yaml:4:14" in done.err


def test_deletions_beyond_the_limit_are_refused(
    run: Run, write: Write, commit: Callable[[], None], tmp_path: Path
) -> None:
    write("north/raw/a.yaml", "---\n".join(server(f"server-{number}") for number in range(12)))
    run("sync", "north")
    commit()
    for number in range(6):
        (tmp_path / f"north/managed/servers/server-{number}.yaml").unlink()
    write("north/raw/new.yaml", server("other"))
    before = tree_of(tmp_path / "north")
    done = run("sync", "north")
    assert done.status == 3
    assert "FGD_3005" in done.out
    assert "50 %" in done.out
    assert tree_of(tmp_path / "north") == before
    assert run("sync", "north", "--base", "").status == 0


def test_a_few_deletions_are_taken_as_meant(run: Run, write: Write, commit: Callable[[], None], tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("server-1") + "---\n" + server("server-2"))
    run("sync", "north")
    commit()
    (tmp_path / "north/managed/servers/server-1.yaml").unlink()
    done = run("sync", "north")
    assert done.status == 0
    assert "- deleted" in done.out
    assert not (tmp_path / "north/managed/servers/server-1.yaml").exists()


def test_emptying_a_fabric_is_refused_unless_the_limits_allow_it(
    run: Run, write: Write, commit: Callable[[], None], tmp_path: Path
) -> None:
    write("north/raw/a.yaml", server("server-1"))
    run("sync", "north")
    commit()
    (tmp_path / "north/managed/servers/server-1.yaml").unlink()
    done = run("sync", "north")
    assert done.status == 3
    assert "all 1 resources of the fabric; `limits.max_delete_percent` is 25" in done.out
    write("fgd_config.yaml", "fgd: {ingestion: {limits: {max_delete_percent: 100}}}\n")
    assert run("sync", "north").status == 0, "somebody said that it is meant"


@pytest.mark.parametrize(("path", "content", "issue"), [
    (".hnp/manifest.yaml", None, "missing_manifest"),
    (".hnp/manifest.yaml", "a: [", "invalid_manifest"),
    (".hnp/archive-log.yaml", None, "missing_archive_log"),
    (".hnp/archive-log.yaml", "a: [", "invalid_archive_log"),
    ("managed/vpcs/.gitkeep", None, "missing_directory"),
    (".hnp/.gitattributes", None, "missing_attributes"),
])  # fmt: skip
def test_repair_mends(path: str, content: str | None, issue: str, run: Run, write: Write, tmp_path: Path) -> None:
    run("init", "north", "--name", "north")
    before = tree_of(tmp_path / "north")
    if content is None:
        (tmp_path / "north" / path).unlink()
    else:
        write(f"north/{path}", content)
    payload = run("repair", "north", "--issue", issue, "--format", "json").json
    assert payload["success"]
    assert [item["issue"] for item in payload["repairs_made"]] == [issue]
    after = tree_of(tmp_path / "north")
    assert before.items() <= after.items()
    assert content is None or content.encode() in after.values(), "the damaged file is kept"


def test_repair_of_an_issue_that_is_not_there_names_those_that_are(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", server("server-1"))
    done = run("repair", "north", "--issue", "missing_roof")
    assert done.status == 4
    assert "missing_manifest" in done.err


def test_files_lists_resources(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", server("server-01") + "---\n" + server("server-02"))
    write("north/raw/b.yaml", BAD)
    payload = run("files", "north", "--format", "json", "--content").json
    assert payload["summary"] == {"total_files": 2, "valid_files": 1, "invalid_files": 1, "total_resources": 3}
    assert payload["files"][0]["resources"] == [
        {"kind": "Server", "name": "server-01"},
        {"kind": "Server", "name": "server-02"},
    ]
    assert payload["files"][1]["content"] == BAD
    assert run("files", "north", "--directory", "managed", "--format", "json").json["files"] == []
    assert "Server server-01" in run("files", "north").out


def test_process_takes_in_one_file_only(run: Run, write: Write, tmp_path: Path) -> None:
    run("init", "north")
    write("north/raw/a.yaml", server("server-01"))
    write("north/raw/b.yaml", server("server-02"))
    look = run("process", "north/raw/a.yaml", "--validate-only", "--format", "json").json
    assert look["success"]
    assert not (tmp_path / "north/managed/servers/server-01.yaml").exists()
    payload = run("process", "north/raw/a.yaml", "--format", "json").json
    assert payload["documents_found"] == payload["documents_processed"] == 1
    assert payload["files_created"] == ["north/managed/servers/server-01.yaml"]
    assert payload["archived_to"] == "north/raw/a.yaml.archived"
    assert (tmp_path / "north/raw/b.yaml").exists()
    assert not (tmp_path / "north/managed/servers/server-02.yaml").exists()


@pytest.mark.parametrize("path", ["north/managed/servers/x.yaml", "outside.yaml", "nowhere.yaml"])
def test_process_refuses_what_is_no_source(path: str, run: Run, write: Write) -> None:
    run("init", "north")
    write("north/managed/servers/x.yaml", server("x"))
    write("outside.yaml", server("x"))
    done = run("process", path)
    assert done.status in (1, 4)
    assert "what to do" in done.err


@pytest.mark.parametrize("word", ["FGD_1004", "fgd_1004", "SCHEMA_MISMATCH", "META-001", "vpc-001"])
def test_explain_knows_codes_and_rules(word: str, run: Run) -> None:
    done = run("explain", word)
    assert done.status == 0
    assert done.out.strip()


def test_explain_of_an_unknown_word_names_the_nearest(run: Run) -> None:
    done = run("explain", "FGD_1044")
    assert done.status == 2
    assert "FGD_1004" in done.err


def test_schemas_are_listed_and_shown(run: Run) -> None:
    assert "vpcattachments" in run("schemas", "list").out
    assert len(run("schemas", "list", "--format", "json").json) == 17
    assert "spec.subnets.<name>.vlan" in run("schemas", "show", "vpc").out
    assert run("schemas", "show", "vpcattach", "--format", "json").json["$schema"].endswith("2020-12/schema")
    wrong = run("schemas", "show", "VPCs2")
    assert wrong.status == 2
    assert "VPC" in wrong.err


def crd(properties: dict[str, Any]) -> str:
    schema = {
        "openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
    }
    spec = {
        "group": "wiring.githedgehog.com",
        "names": {"kind": "Server", "plural": "servers"},
        "scope": "Namespaced",
        "versions": [{"name": "v1beta1", "served": True, "storage": True, "schema": schema}],
    }
    return json.dumps(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "servers.wiring.githedgehog.com"},
            "spec": spec,
        }
    )


def test_a_fabric_is_pinned_to_imported_schemas(run: Run, write: Write, tmp_path: Path) -> None:
    run("init", "north")
    write("crds/server.json", crd({"colour": {"type": "string"}}))
    assert run("schemas", "import", "crds", "--fabric", "north").status == 0
    write("north/raw/a.yaml", server("server-01").replace("description: rack 1", "colour: blue"))
    assert run("sync", "north").status == 0
    assert "colour: blue" in (tmp_path / "north/managed/servers/server-01.yaml").read_text()
    (tmp_path / "north/.hnp/schemas/crd/wiring.githedgehog.com/v1beta1/server.json").unlink()
    assert 'unknown field "colour"' in run("check", "north").out


def test_importing_something_else_is_refused(run: Run, write: Write) -> None:
    write("crds/server.yaml", server("server-01"))
    done = run("schemas", "import", "crds")
    assert done.status == 2
    assert "CustomResourceDefinition" in done.err


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    done = run("snyc")
    assert done.status == 2
    assert "sync" in done.err


def test_colour_is_for_those_who_ask(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", BAD)
    assert "\x1b[" not in run("check", "north").out
    assert "\x1b[" in run("check", "north", "--color").out


def test_a_rule_that_does_not_exist_cannot_be_set(run: Run, write: Write) -> None:
    write("fgd_config.yaml", "fgd:\n  ingestion:\n    rules: {VPC-999: off}\n")
    done = run("check", "north")
    assert done.status == 2
    assert "VPC-999" in done.err


def test_what_the_schema_finds_is_as_severe_as_the_settings_say(run: Run, write: Write) -> None:
    write("north/raw/a.yaml", BAD)
    write("fgd_config.yaml", "fgd:\n  ingestion:\n    rules: {META-007: warning}\n")
    done = run("check", "north")
    assert done.status == 0
    assert "warning  FGD_1004 META-007" in done.out


def test_a_summary_says_what_a_change_touches(run: Run, write: Write, commit: Callable[[], None]) -> None:
    vpc = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: {0}}}\nspec: {{subnets: {{main: {{subnet: 10.0.{1}.0/24, vlan: 100{1}}}}}}}\n"
    peering = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {name: web--db}\nspec: {permit: [{web: {}, db: {}}]}\n"
    write("north/raw/vpcs.yaml", vpc.format("web", 1) + "---\n" + vpc.format("db", 2))
    run("sync", "north")
    commit()
    write("north/managed/vpcpeerings/web--db.yaml", peering)
    page = run("plan", "north", "--format", "markdown").out
    assert "What this changes in the fabric" in page
    assert "can now reach one another" in page
    assert "```mermaid" in page
    commit()
    assert "What this changes" not in run("plan", "north", "--format", "markdown").out
    (Path("north/managed/vpcpeerings/web--db.yaml")).unlink()
    assert "can no longer reach one another" in run("check", "north", "--format", "markdown").out


def test_a_sync_that_fails_says_at_which_stage(run: Run, write: Write) -> None:
    write("north/.hnp/manifest.yaml", "fabric_name: north\n")
    write("north/.hnp/schemas/crd/wiring.githedgehog.com/v1beta1/server.json", "no JSON")
    payload = run("sync", "north", "--format", "json").json
    assert payload["state"] == "failed"
    assert payload["progress"]["current_stage"] == "validating"


def test_schemas_alone_are_checked_on_request(run: Run, write: Write) -> None:
    write(
        "north/raw/a.yaml",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: far-too-long-a-name}\nspec: {subnets: {}}\n",
    )
    assert run("check", "north").status == 1
    assert run("check", "north", "--schemas-only").status == 0
