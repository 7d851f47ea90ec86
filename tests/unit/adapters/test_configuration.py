import contextlib
import dataclasses
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.configuration import METRICS_VARIABLE, OUTSIDE, VARIABLES, beginning_of, find_file, load_settings
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.settings_build import build_settings, setting_name
from fgd_sync.adapters.settings_check import check_settings, schema
from fgd_sync.model import code
from fgd_sync.model.config import FabricEntry, FabricSettings, Settings, VlanRange
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS


def write(directory: Path, text: str, name: str = "fgd_config.yaml") -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def problems(directory: Path, text: str) -> list[str]:
    """The problems of a settings file, with `line:column` in front."""
    write(directory, text)
    with contextlib.chdir(directory), pytest.raises(FgdError) as caught:
        load_settings(directory, None, {}, {})
    assert caught.value.code is code.CONFIGURATION_INVALID
    lines = caught.value.message.split("\n")
    lines = lines[1:] if len(lines) > 1 else lines
    assert all(line.startswith("fgd_config.yaml:") for line in lines), lines
    assert [item["message"] for item in caught.value.details["problems"]] == [line.split(": ", 1)[1] for line in lines]
    return [line.removeprefix("fgd_config.yaml:") for line in lines]


def test_defaults_without_a_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path, None, {}, {}) == Settings()


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}", "fgd: {}\n", '{"fgd": {"sync": {}}}'])
def test_files_that_say_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert load_settings(tmp_path, None, {}, {}) == Settings()


def test_reads_every_sort_of_setting(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
fgd:
  debug_mode: yes
  fabrics:
  - {name: east, path: fabrics/east, netbox_id: 7, fabric: {gateway: true, mtu: 1500}}
  - {name: west, path: fabrics/west}
  sync: {retry_policy: {initial_delay: 2}, lock_timeout: 0}
  ingestion:
    supported_extensions: [.yaml]
    rules: {VPC-012: off, VPC-013: warning, VPC-014: "off"}
  netbox: {target: off, url: http://netbox:8000/base}
  fabric:
    mtu: 9000
    spine_asn: 65000
    leaf_asns: [1, 2]
    vpc_irb_vlans: [{from: 5, to: 5}]
    reserved_subnets: [10.0.0.0/8]
    gateway_communities: {0: 50001:0, "1": "50001:1"}
""",
    )
    settings = load_settings(tmp_path, None, {}, {})
    assert settings.debug_mode is True
    assert settings.sync.retry_policy.initial_delay == 2.0
    assert isinstance(settings.sync.retry_policy.initial_delay, float)
    assert settings.sync.lock_timeout == 0
    assert settings.ingestion.supported_extensions == (".yaml",)
    assert settings.ingestion.rules == {"VPC-012": "off", "VPC-013": "warning", "VPC-014": "off"}
    assert (settings.netbox.target, settings.netbox.url) == ("off", "http://netbox:8000/base")
    common = FabricSettings(
        mtu=9000,
        spine_asn=65000,
        leaf_asns=(1, 2),
        vpc_irb_vlans=(VlanRange(5, 5),),
        reserved_subnets=("10.0.0.0/8",),
        gateway_communities={"0": "50001:0", "1": "50001:1"},
    )
    assert settings.fabric == common
    east = dataclasses.replace(common, gateway=True, mtu=1500)
    assert settings.fabrics == (
        FabricEntry("east", "fabrics/east", 7, east),
        FabricEntry("west", "fabrics/west", None, None),
    )


def test_everything_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = """fgd:
  enabld: true
  sync:
  fabric:
    release: 26.03
  ingestion:
    archive: delete
    batch_size: "5"
    max_file_size_mb: 0
directory: {}
"""
    assert problems(tmp_path, text) == [
        '10:1: unknown field "directory" in the document: it belongs under fgd',
        '2:3: unknown field "enabld" in fgd: did you mean "enabled"?',
        '5:14: fgd.fabric.release must be one of "26.01", "26.02", "26.03"; 26.03 is a number: put it in quotes',
        '7:14: fgd.ingestion.archive is "delete"; it must be one of "rename", "remove", "keep"',
        '8:17: fgd.ingestion.batch_size must be a whole number; "5" is text: write 5 without quotes',
        "9:23: fgd.ingestion.max_file_size_mb is 0; it must be between 1 and 1024",
        "3:8: fgd.sync must be a mapping; nothing is given: write {} for an empty one, or remove the key",
    ]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{leaf_asns: [5, 4]}", "the first AS number 5 is higher than the last, 4"),
        ("{leaf_asns: [5]}", "fgd.fabric.leaf_asns has 1 item"),
        ("{vpc_irb_vlans: [{from: 9, to: 8}]}", "fgd.fabric.vpc_irb_vlans[0]: from 9 is higher than to 8"),
        ("{th5_workaround_vlans: [{from: 1, to: 4095}]}", "must be between 1 and 4094"),
        ("{th5_workaround_vlans: [{from: 1}]}", '"to" is missing'),
        ("{reserved_subnets: [10.0.0.1/8]}", "has host bits set"),
        ("{reserved_subnets: [10.0.0.0/40]}", "10.0.0.0/40"),
        ("{reserved_subnets: [fe80::/64]}", "it must be an IPv4 prefix"),
        ("{gateway_communities: {a: '1:1'}}", "a priority"),
        ("{gateway_communities: {1: 1}}", "fgd.fabric.gateway_communities"),
        ("{release: '25.05'}", 'is "25.05"; it must be one of'),
        ("{spine_asn: 0}", "must be between"),
    ],
)
def test_settings_of_the_fabric_are_checked(tmp_path: Path, block: str, words: str) -> None:
    (line,) = problems(tmp_path, f"fgd:\n  fabric: {block}\n")
    assert words in line


def test_the_fabrics_are_told_apart(tmp_path: Path) -> None:
    text = """fgd:
  fabrics:
  - {name: a, path: x/y}
  - {name: a, path: ./x//y/}
  - {name: b, path: ../z}
  - {name: c, path: /z}
  - {name: d, path: d, fabric: {leaf_asns: [2, 1]}}
"""
    assert [line.split(": ", 1)[1] for line in problems(tmp_path, text)] == [
        'fgd.fabrics[1].name: two fabrics have the name "a"',
        'fgd.fabrics[1].path: two fabrics have the path "x/y"',
        'fgd.fabrics[2].path: "../z" leads out of the repository',
        'fgd.fabrics[3].path: "/z" leads out of the repository',
        "fgd.fabrics[4].fabric.leaf_asns: the first AS number 2 is higher than the last, 1",
    ]


def test_secrets_are_refused_and_never_shown(tmp_path: Path) -> None:
    text = """fgd:
  netbox: {token: s3cret, url: "https://me:s3cret@netbox"}
  events: {redis_url: "redis://:s3cret@redis"}
  monitoring: {pushgateway_url: "http://me:s3cret@push"}
  github: {app_password: s3cret}
"""
    lines = problems(tmp_path, text)
    assert len(lines) == 5
    assert not [line for line in lines if "s3cret" in line]
    assert sum("looks like a secret" in line and "NETBOX_TOKEN" in line for line in lines) == 2
    assert sum("without a password" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fgd: [", ""),
        ("fgd: {a: 1, a: 2}", "a"),
        ("fgd: {}\n---\nfgd: {}\n", "2:1: the file holds more than one document"),
        pytest.param("fgd: {}\n" + "#" * 2**20, "1:1: the file has more than 1 MB", id="large"),
        ("- fgd\n", "must be a mapping"),
        ("text", "must be a mapping"),
        ("fgd: text", "must be a mapping"),
        ("\tfgd: {}\n\t- x", ""),
    ],
)
def test_what_is_no_settings_file(tmp_path: Path, text: str, words: str) -> None:
    (line,) = problems(tmp_path, text)
    assert re.match(r"\d+:\d+: ", line), line
    assert words in line


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "fgd_config.yaml").write_bytes(b"fgd: \xff\xfe\x00")
    with pytest.raises(FgdError) as caught:
        load_settings(tmp_path, None, {}, {})
    assert caught.value.code is code.CONFIGURATION_INVALID


def test_precedence(tmp_path: Path) -> None:
    write(tmp_path, "fgd: {sync: {timeout_seconds: 1}, ingestion: {batch_size: 1, worker_pool_size: 1}}\n")
    environment = {"HEDGEHOG_FGD_SYNC_TIMEOUT": "2", "HEDGEHOG_FGD_BATCH_SIZE": "2"}
    settings = load_settings(tmp_path, None, {"sync.timeout_seconds": "3"}, environment)
    assert settings.sync.timeout_seconds == 3
    assert settings.ingestion.batch_size == 2
    assert settings.ingestion.worker_pool_size == 1


def test_every_variable(tmp_path: Path) -> None:
    environment = {
        "HEDGEHOG_FGD_ENABLED": "false",
        "HEDGEHOG_FGD_DEBUG": "1",
        "HEDGEHOG_FGD_SYNC_TIMEOUT": "9",
        "HEDGEHOG_FGD_BATCH_SIZE": "8",
        "HEDGEHOG_FGD_WORKER_CONCURRENCY": "7",
        "HEDGEHOG_FGD_REDIS_URL": "rediss://:s3cret@redis:6379/0",
        "NETBOX_URL": "https://netbox.example.com",
    }
    assert set(environment) == set(VARIABLES)
    settings = load_settings(tmp_path, None, {}, environment)
    assert (settings.enabled, settings.debug_mode, settings.sync.timeout_seconds) == (False, True, 9)
    assert (settings.ingestion.batch_size, settings.ingestion.worker_pool_size) == (8, 7)
    assert settings.events.redis_url == "rediss://:s3cret@redis:6379/0"
    assert settings.netbox.url == "https://netbox.example.com"
    assert load_settings(tmp_path, None, {}, dict.fromkeys(VARIABLES, "")) == Settings()


def test_metrics_can_be_switched_off(tmp_path: Path) -> None:
    write(tmp_path, "fgd: {monitoring: {metrics_file: m.prom, pushgateway_url: http://push}}\n")
    assert load_settings(tmp_path, None, {}, {METRICS_VARIABLE: "true"}).monitoring.metrics_file == "m.prom"
    off = load_settings(tmp_path, None, {}, {METRICS_VARIABLE: "FALSE"}).monitoring
    assert (off.metrics_file, off.pushgateway_url) == ("", "")


def test_bad_variables_and_options_are_named(tmp_path: Path) -> None:
    environment = {
        "HEDGEHOG_FGD_ENABLED": "perhaps",
        "HEDGEHOG_FGD_SYNC_TIMEOUT": "0",
        "HEDGEHOG_FGD_BATCH_SIZE": "many",
        "HEDGEHOG_FGD_REDIS_URL": "http://:s3cret@redis",
        "NETBOX_URL": "https://me:s3cret@netbox",
        METRICS_VARIABLE: "x",
    }
    with pytest.raises(FgdError) as caught:
        load_settings(tmp_path, None, {"sync.lock_timeot": "1", "github.commit_mode": "pull"}, environment)
    message = caught.value.message
    assert "s3cret" not in message
    for name in (*environment, "sync.lock_timeot", "github.commit_mode"):
        assert f"\n{name}: " in message, message
    assert message.startswith("8 settings are not valid:")


def test_typed_and_listed_overrides(tmp_path: Path) -> None:
    given = {"directory.required_subdirs": "vpcs, servers", "sync.retry_policy.max_delay": "1.5", "debug_mode": True}
    settings = load_settings(tmp_path, None, given, {})
    assert settings.directory.required_subdirs == ("vpcs", "servers")
    assert settings.sync.retry_policy.max_delay == 1.5
    assert settings.debug_mode is True


def test_where_the_file_is_looked_for(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / ".git").mkdir(parents=True)
    (root / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (root / "fabrics/east").mkdir(parents=True)
    write(tmp_path, "fgd: {}\n")
    assert find_file(root / "fabrics/east") is None
    last = write(root, "fgd: {}\n", ".github/fgd_config.yaml")
    assert find_file(root / "fabrics/east") == last
    top = write(root, "fgd: {}\n")
    assert find_file(root / "fabrics/east") == top
    near = write(root, "fgd: {}\n", "fabrics/east/fgd_config.yaml")
    assert find_file(root / "fabrics/east") == near
    assert find_file(root) == top


def test_a_file_that_the_user_names(tmp_path: Path) -> None:
    named = write(tmp_path, "fgd: {enabled: false}\n", "other.yml")
    write(tmp_path, "fgd: {enabled: nonsense}\n")
    assert load_settings(tmp_path, named, {}, {}).enabled is False
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(FgdError, match=re.escape(f"settings: cannot read {path}: ")) as caught:
            load_settings(tmp_path, path, {}, {})
        assert caught.value.code is code.CONFIGURATION_INVALID


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "password: x\n", "secret")
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo/fgd_config.yaml").symlink_to(secret)
    with pytest.raises(FgdError) as caught:
        load_settings(tmp_path / "repo", None, {}, {})
    assert caught.value.code is code.UNSAFE_PATH


# One truth: the schema, the dataclasses and the contract have the same settings with the same defaults.


def schema_defaults(node: dict[str, Any]) -> Any:
    if "properties" in node and "default" not in node:
        return {name: schema_defaults(child) for name, child in node["properties"].items()}
    return node["default"]


def plain(value: Any) -> Any:
    """A dataclass as it would stand in the file."""
    if dataclasses.is_dataclass(value):
        return {setting_name(item.name): plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def test_the_defaults_of_the_schema_are_those_of_the_program() -> None:
    defaults = schema_defaults(schema()["properties"]["fgd"])
    assert defaults == plain(Settings())
    assert build_settings(defaults) == Settings()
    assert not check_settings({"fgd": defaults})


def within(part: Any, whole: Any) -> bool:
    """Whether every setting of `part` is one of `whole`, with the same value; `whole` may have more."""
    if isinstance(part, dict) and isinstance(whole, dict) and part:
        return all(name in whole and within(value, whole[name]) for name, value in part.items())
    return bool(part == whole)


def test_the_settings_of_the_contract_are_there_with_its_defaults(shared: Path) -> None:
    from fgd_sync.yamldoc.parse import parse

    text = (shared / "spec/contracts.md").read_text()
    (block,) = re.findall(r"```yaml\n(fgd:.*?)```", text, re.DOTALL)
    value = parse(block.encode()).documents[0].value
    assert within(value["fgd"], plain(Settings()))
    assert all(name in text for name in (*VARIABLES, METRICS_VARIABLE))


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for name, child in node.items():
            yield from nodes(child, f"{path}/{name}")


def test_the_schema_is_strict_and_says_what_everything_is_for() -> None:
    from jsonschema import Draft202012Validator

    text = json.loads(load("config.schema.json"))
    Draft202012Validator.check_schema(text)
    for path, node in nodes(text):
        if node.get("type") == "object":
            assert "additionalProperties" in node, path
            assert "title" in node or "description" in node, path
        if path.rpartition("/")[0].endswith("properties") and "$ref" not in node and "/vlanRange/" not in path:
            assert "description" in node or "title" in node, path


def test_the_folders_that_can_be_required_are_those_of_the_kinds() -> None:
    listed = schema()["properties"]["fgd"]["properties"]["directory"]["properties"]["required_subdirs"]
    assert listed["items"]["enum"] == [kind.plural for kind in KINDS]


def test_a_named_file_that_is_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "hunter2: hunter3\n", "secret.yaml")
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/.git/HEAD").touch()
    (tmp_path / "repo/mine.yaml").symlink_to(secret)
    with contextlib.chdir(tmp_path / "repo"), pytest.raises(FgdError, match="leads out of the repository") as caught:
        load_settings(Path.cwd(), Path("mine.yaml"), {}, {})
    assert "hunter" not in str(caught.value)


def test_what_somebody_proposes_does_not_say_where_anything_is_sent(tmp_path: Path) -> None:
    write(
        tmp_path,
        "fgd:\n  netbox: {url: 'http://evil', target: core}\n  events: {redis_url: 'redis://evil'}\n"
        "  monitoring: {metrics_file: /etc/x, pushgateway_url: 'http://evil'}\n  sync: {lock_timeout: 7}\n",
    )
    told: list[str] = []
    variables = {"HEDGEHOG_FGD_REDIS_URL": "redis://ours"}
    found = load_settings(tmp_path, None, {"netbox.url": "http://ours"}, variables, pass_over=told.append)
    assert tuple(told) == OUTSIDE
    assert (found.netbox.url, found.netbox.target, found.events.redis_url) == ("http://ours", "core", "redis://ours")
    assert found.monitoring.metrics_file == found.monitoring.pushgateway_url == ""
    assert found.sync.lock_timeout == 7


def test_every_setting_with_an_address_or_a_file_of_its_own_is_known_to_lead_outside() -> None:
    settings = schema()["properties"]["fgd"]["properties"]
    named = {
        f"{section}.{name}"
        for section, part in settings.items()
        for name, field in part.get("properties", {}).items()
        if field.get("type") == "string"
        if re.search(r"(?:^|_)(?:url|uri|host|address|file|path|endpoint)$", name)
    }
    assert named == set(OUTSIDE)


@pytest.mark.parametrize(
    "prefix", ["refs/heads", "refs/tags/x", "refs/pull/1", "refs/replace", "heads/x", "refs/a/../b"]
)
def test_state_is_kept_in_no_refs_that_mean_something_else(tmp_path: Path, prefix: str) -> None:
    (problem,) = problems(tmp_path, f"fgd:\n  sync:\n    state_refs: {prefix}\n")
    assert "prefix of a git ref" in problem


@pytest.mark.skipif(sys.platform != "linux", reason="there is no file here that breaks when it is read")
def test_a_disk_that_breaks_while_settings_are_read_is_told_in_words() -> None:
    with pytest.raises(FgdError, match="the disk reports an error"):
        beginning_of(Path(f"/proc/{os.getpid()}/mem"))
