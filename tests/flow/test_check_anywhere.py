"""`fgd check` on directories of other tools, and what `--base` makes of changes and deletions."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Run, server, tree_of

Write = Callable[[str, str], Path]

FABRIC = (Path(__file__).parents[1] / "rules" / "surroundings.yaml").read_text(encoding="utf-8")
BROKEN = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: far}
spec: {ipv4Namespace: nowhere, subnets: {default: {subnet: 10.0.99.0/24, vlan: 1099}}}
"""
CONNECTION = """apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: link}
spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-01/E1/9}}}}
"""
BUNDLED = "{bundled: {links: [{server: {port: server-02/enp2s9}, switch: {port: leaf-01/E1/9}}]}}"
GATEWAY = "fgd: {fabric: {gateway: true}}\n"


@pytest.fixture(autouse=True)
def gateway(write: Write) -> None:
    write("fgd_config.yaml", GATEWAY)


def test_a_directory_of_another_tool_is_checked_where_it_is(run: Run, write: Write, tmp_path: Path) -> None:
    write("lab/include/wiring.yaml", FABRIC)
    write("lab/.github/workflows/x.yml", "on: push\n")
    write("lab/values.yaml", "a: 1\n")
    before = tree_of(tmp_path)
    done = run("check", "lab")
    assert done.status == 0
    assert done.out.startswith("no findings; ")
    write("lab/include/vpc.yaml", BROKEN)
    done = run("check", "lab")
    assert done.status == 1
    assert "lab/include/vpc.yaml\n  4:23  error  FGD_1003 VPC-054  there is no IPv4Namespace nowhere" in done.out
    assert set(tree_of(tmp_path)) == {*before, "lab/include/vpc.yaml"}


def test_the_payload_says_that_there_is_no_structure(run: Run, write: Write) -> None:
    write("lab/wiring.yaml", FABRIC + "---\n" + BROKEN)
    payload = run("check", "lab", "--format", "json").json
    assert payload["valid"] is False
    assert [(item["rule"], item["file"]) for item in payload["issues"]] == [("VPC-054", "lab/wiring.yaml")]
    assert payload["structure"] == {
        "raw": {"exists": False, "file_count": 0, "pending_files": []},
        "managed": {"exists": False, "file_count": 0, "subdirectories": []},
        "metadata": {"exists": False, "manifest_valid": False},
    }
    assert payload["plan"]["changes"] == []


def test_auto_initialize_does_not_matter_where_nothing_is_initialized(run: Run, write: Write) -> None:
    write("fgd_config.yaml", GATEWAY.replace("}}", "}, directory: {auto_initialize: false}}"))
    write("lab/wiring.yaml", FABRIC)
    assert run("check", "lab").status == 0
    assert run("plan", "lab").status == 4


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown", "github"])
def test_every_format_can_show_a_deleted_resource(
    form: str, run: Run, write: Write, commit: Callable[[], None]
) -> None:
    write("lab/wiring.yaml", FABRIC)
    write("lab/link.yaml", CONNECTION)
    write("lab/one.yaml", server("server-9"))
    write(
        "lab/two.yaml",
        CONNECTION.replace("link}", "other}").replace("server-02/enp2s9", "server-9/a").replace("E1/9", "E1/8"),
    )
    commit()
    assert run("check", "lab").status == 0
    write("lab/one.yaml", "# gone\n")
    done = run("check", "lab", "--format", form)
    assert done.status == 1
    assert "SRV-002" in done.out
    assert "CONN-026" not in done.out


def test_the_base_decides_what_counts_as_changed(
    run: Run, write: Write, commit: Callable[[], None], tmp_path: Path
) -> None:
    write("north/raw/all.yaml", FABRIC)
    write("north/raw/link.yaml", CONNECTION)
    assert run("sync", "north").status == 0
    commit()
    path = tmp_path / "north/managed/connections/link.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("spec:")] + f"spec: {BUNDLED}\n")
    for command in (["check"], ["plan"], ["sync", "--dry-run"]):
        done = run(*command, "north")
        assert (done.status, "CONN-038" in done.out) == (1, True), command
    commit()
    assert run("check", "north").status == 0
    assert "CONN-038" in run("check", "north", "--base", "HEAD~1").out
    assert run("check", "north", "--base", "").status == 0


def test_a_deletion_is_compared_with_the_base_of_a_pull_request(
    run: Run, write: Write, commit: Callable[[], None], tmp_path: Path
) -> None:
    write("north/raw/all.yaml", FABRIC)
    write("north/raw/link.yaml", CONNECTION)
    run("sync", "north")
    commit()
    (tmp_path / "north/managed/servers/server-02.yaml").unlink()
    commit()
    subprocess.run(["git", "branch", "-q", "main-before", "HEAD~1"], cwd=tmp_path, check=True)
    issues = run("check", "north", "--base", "main-before", "--format", "json").json["issues"]
    (found,) = (item for item in issues if item["severity"] == "error")
    assert (found["rule"], found["file"], found["line"]) == ("SRV-002", "north/managed/servers/server-02.yaml", 4)
    assert {item["file"] for item in found["related"]} == {
        "north/managed/connections/link.yaml",
        "north/managed/connections/server-02--unbundled--leaf-01.yaml",
    }
    later = [item["rule"] for item in run("check", "north", "--format", "json").json["issues"]]
    assert later.count("CONN-026") == 2


@pytest.mark.parametrize(
    "source", ["githedgehog+nvidia-air-demo", "afewell-hh+labapp", "githedgehog+demo-gitops", "afewell-hh+training-ra"]
)
def test_directories_of_the_corpus(source: str, shared: Path, run: Run, tmp_path: Path) -> None:
    for path in (shared / "corpus" / source).rglob("*"):
        if path.is_file():
            copy = tmp_path / "lab" / path.relative_to(shared / "corpus" / source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    before = tree_of(tmp_path)
    done = run("check", "lab", "--format", "json")
    assert done.status in (0, 1)
    payload = done.json
    assert tree_of(tmp_path) == before
    assert payload["plan"]["resources"]
    assert {item["action"] for item in payload["plan"]["resources"]} == {"keep"}
    for item in payload["issues"]:
        text = f"{item['message']} {item['remedy']}"
        assert "is not a kind of a Hedgehog fabric" not in text
        assert not any(word in text for word in ("raw/", "managed/", "archive")), text


@pytest.mark.parametrize("name", ["wiringd.yaml", "clos-small.wiring.yaml", "mesh-two-switch.wiring.yaml"])
def test_a_wiring_diagram_by_itself(name: str, shared: Path, run: Run, write: Write) -> None:
    found = sorted((shared / "corpus").rglob(name))
    assert found, name
    write("lab/wiring.yaml", found[0].read_text())
    payload = run("check", "lab", "--format", "json").json
    references = [item for item in payload["issues"] if item["message"].startswith("there is no ")]
    assert references == [], "a diagram is whole"


def test_very_many_places_that_refer_to_a_deleted_resource_are_counted(
    run: Run, write: Write, commit: Callable[[], None]
) -> None:
    write("lab/wiring.yaml", FABRIC)
    write(
        "lab/group.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata: {name: all}\nspec: {}\n",
    )
    switch = (
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata: {{name: s-{0}}}\nspec: {{groups: [all]}}\n"
    )
    write("lab/switches.yaml", "---\n".join(switch.format(number) for number in range(25)))
    commit()
    write("lab/group.yaml", "")
    out = run("check", "lab").out
    assert (
        "SG-002  SwitchGroup all was deleted, but Switch s-0, Switch s-1, Switch s-10 and 22 more still refer to it"
        in out
    )
    assert out.count("also: lab/switches.yaml:") == 10
    assert "also: 15 more places; `--format json` lists them all" in out
    issues = run("check", "lab", "--format", "json").json["issues"]
    assert [len(item["related"]) for item in issues if item["rule"] == "SG-002"] == [25]


def test_code_scanning_is_told_what_is_ignored(run: Run, write: Write) -> None:
    note = "annotations: {fgd.githedgehog.com/ignore: VPC-054, fgd.githedgehog.com/ignore-reason: made elsewhere}"
    write("lab/wiring.yaml", FABRIC + "---\n" + BROKEN.replace("name: far", f"name: far, {note}"))
    done = run("check", "lab", "--format", "sarif")
    assert done.status == 0
    (found,) = done.json["runs"][0]["results"]
    assert (found["ruleId"], found["level"]) == ("VPC-054", "note")
    assert found["suppressions"] == [{"kind": "inSource", "status": "accepted"}]
    assert "(ignored: made elsewhere)" in run("check", "lab").out
