"""`fgd drift` at a desk: git against a cluster, of which a file tells."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from commands import Run, tree_of

Write = Callable[[str, str | bytes], Path]
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "drift.schema.json").read_text())
EXAMPLE = Path(__file__).parents[2] / "examples" / "fabric" / "raw"


@pytest.fixture
def north(run: Run, write: Write) -> Path:
    """The example fabric, taken in."""
    folder = write("north/wiring.yaml", (EXAMPLE / "wiring.yaml").read_bytes()).parent
    assert run("init", "north").status == 0
    return folder


def bodies(north: Path) -> list[dict[str, Any]]:
    """The fabric's resources as a cluster that got them by `kubectl apply` shows them."""
    found = [yaml.safe_load(path.read_bytes()) for path in sorted(north.glob("managed/*/*.yaml"))]
    for number, body in enumerate(found):
        body["metadata"] |= {"uid": str(number), "resourceVersion": "9", "generation": 1, "creationTimestamp": None}
        body["metadata"].setdefault("labels", {})["fabric.githedgehog.com/rack"] = "1"
        body["status"] = {}
        if body["kind"] == "Switch":
            body["spec"] = {"boot": {}, "ecmp": {}, "vlanNamespaces": ["default"], **body["spec"]}
    return found


def listed(items: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}})


def of(items: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] == kind]


def test_a_cluster_with_what_git_has_is_in_sync(run: Run, north: Path, write: Write) -> None:
    write("cluster.json", listed(bodies(north)))
    before = tree_of(north)
    done = run("drift", "north", "--cluster", "cluster.json")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith("north (git, the cluster): in sync, ")
    assert tree_of(north) == before


def test_what_differs_is_told_field_by_field(run: Run, north: Path, write: Write) -> None:
    items = bodies(north)
    switch, server = of(items, "Switch")[0], of(items, "Server")[0]
    switch["spec"]["description"] = "moved"
    extra = {**server, "metadata": {"name": "by-hand", "namespace": "default"}}
    items = [item for item in items if item is not server]
    write("cluster.json", listed([*items, extra]))
    done = run("drift", "north", "--cluster", "cluster.json")
    assert done.status == 1
    name = switch["metadata"]["name"]
    assert f"Switch {name}, the cluster:\n    description: git " in done.out
    assert ", the cluster moved\n" in done.out
    found = run("drift", "north", "--cluster", "cluster.json", "--format", "json").json
    jsonschema.validate(found, SCHEMA)
    (fabric,) = found["fabrics"]
    drifted = {item["resource"]: item["status"] for item in fabric["resources"] if item["status"] != "in_sync"}
    assert drifted == {
        "Server by-hand": "only_in_cluster",
        f"Server {server['metadata']['name']}": "only_in_git",
        f"Switch {name}": "different",
    }
    (row,) = (item for item in fabric["resources"] if item["status"] == "different")
    assert row["fields"][0]["path"] == ["spec", "description"]
    assert row["fields"][0]["other"] == "moved"


def test_a_file_of_some_kinds_leaves_the_others_alone(run: Run, north: Path, write: Write) -> None:
    items = bodies(north)
    switches = of(items, "Switch")
    write("cluster.json", listed(switches[1:]))
    found = run("drift", "north", "--cluster", "cluster.json", "--format", "json").json["fabrics"][0]
    assert found["summary"]["drifted"] == 1
    others = [item for item in found["resources"] if item["ref"]["kind"] != "Switch"]
    assert {item["standings"]["cluster"] for item in others} == {"not_compared"}
    assert any("not compared with the cluster, " in note and "Connection" in note for note in found["notes"])


def test_an_empty_list_is_of_the_kinds_that_are_named(run: Run, north: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = listed([])

    def drift(*words: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(empty.encode())))
        return run("drift", "north", "--cluster", "-", "--format", "json", *words)

    silent = drift()
    assert silent.status == 0
    assert any("--cluster-kinds" in note for note in silent.json["fabrics"][0]["notes"])
    told = drift("--cluster-kinds", "sw, Server")
    assert told.status == 1
    expected = [*north.glob("managed/switches/*.yaml"), *north.glob("managed/servers/*.yaml")]
    assert told.json["fabrics"][0]["summary"]["drifted"] == len(expected)
    assert drift("--cluster-kinds", "nonsense").status == 2


def test_a_directory_of_files_is_one_cluster(run: Run, north: Path, write: Write) -> None:
    for number, item in enumerate(bodies(north)):
        write(f"dump/{number}.yaml", yaml.safe_dump(item))
    write("dump/notes.txt", "not read")
    done = run("drift", "north", "--cluster", "dump", "--cluster-kinds", "all")
    assert done.status == 0, done.out


def test_what_kubectl_failed_to_print_is_no_drift(run: Run, north: Path, write: Write) -> None:
    assert north.is_dir()
    write("cluster.yaml", "")
    done = run("drift", "north", "--cluster", "cluster.yaml")
    assert (done.status, done.out) == (4, "")
    assert "FGD_1022 cluster.yaml: there is nothing in it" in done.err
    assert run("drift", "north", "--cluster", "absent.yaml").status == 4


def test_a_managed_file_that_cannot_be_read_is_not_missing(run: Run, north: Path, write: Write) -> None:
    write("cluster.json", listed(bodies(north)))
    path = min(north.glob("managed/switches/*.yaml"))
    path.write_text("a: [")
    done = run("drift", "north", "--cluster", "cluster.json", "--format", "json")
    assert done.status == 1
    (row,) = (item for item in done.json["fabrics"][0]["resources"] if item["status"] != "in_sync")
    assert (row["ref"]["name"], row["status"]) == (path.stem, "unreadable")


def test_what_waits_in_raw_is_named_and_not_compared(run: Run, north: Path, write: Write) -> None:
    items = bodies(north)
    write("cluster.json", listed(items))
    write("north/raw/later.yaml", json.dumps({**of(items, "Server")[0], "metadata": {"name": "later"}}))
    done = run("drift", "north", "--cluster", "cluster.json")
    assert done.status == 0
    assert "no sync has taken it in yet: raw/later.yaml" in done.out


def test_markdown_shows_a_table_in_which_nothing_can_act(run: Run, north: Path, write: Write) -> None:
    items = bodies(north)
    of(items, "Switch")[0]["spec"]["description"] = "| <b>@all</b> `x` ::error::"
    write("cluster.json", listed(items))
    done = run("drift", "north", "--cluster", "cluster.json", "--format", "markdown")
    assert done.status == 1
    assert "| resource | git | cluster | what differs |" in done.out
    (line,) = (line for line in done.out.splitlines() if "different in the cluster" in line)
    assert "<b>" not in line
    assert line.count("|") == 5


def test_one_cluster_is_not_compared_with_several_fabrics(run: Run, north: Path, write: Write) -> None:
    write("cluster.json", listed(bodies(north)))
    write("south/wiring.yaml", (EXAMPLE / "wiring.yaml").read_bytes())
    assert run("init", "south").status == 0
    done = run("drift", "--cluster", "cluster.json")
    assert done.status == 2
    assert "Name the fabric" in done.err
