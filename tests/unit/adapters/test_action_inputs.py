from pathlib import Path
from typing import Any

import pytest
import yaml

from fgd_sync.adapters.action_inputs import read_inputs, variable
from fgd_sync.model.action import INPUTS, OUTPUTS, Inputs, Kind, field_name
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature

ROOT = Path(__file__).resolve().parents[3]


def refused(environment: dict[str, str]) -> list[str]:
    with pytest.raises(FgdError) as caught:
        read_inputs(environment, "/github/workspace")
    assert caught.value.code is CONFIGURATION_INVALID
    problems: list[str] = caught.value.details["problems"]
    return problems


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def test_action_yml_has_the_inputs_and_outputs_of_the_table() -> None:
    described = {name: (body["description"], body["default"]) for name, body in action()["inputs"].items()}
    assert described == {item.name: (item.description, item.default) for item in INPUTS}
    assert {name: body["description"] for name, body in action()["outputs"].items()} == {
        item.name: item.description for item in OUTPUTS
    }


def test_the_typed_inputs_have_a_field_for_each_row() -> None:
    assert set(Inputs.__dataclass_fields__) == {field_name(item) for item in INPUTS}


def test_the_defaults_of_the_table_read_as_the_defaults_of_the_type() -> None:
    given = {variable(item.name): item.default for item in INPUTS if item.kind is not Kind.SECRET}
    assert read_inputs(given) == Inputs() == read_inputs({})


def test_an_empty_text_is_no_input() -> None:
    assert read_inputs({"INPUT_MODE": "", "INPUT_NETBOX-URL": "  "}) == Inputs()


def test_dashes_stay_in_the_name_of_the_variable() -> None:
    assert variable("netbox-url") == "INPUT_NETBOX-URL"
    assert read_inputs({"INPUT_NETBOX-URL": "https://netbox.example.org"}).netbox_url == "https://netbox.example.org"


def test_lists_are_read_by_line_and_by_comma_once_each() -> None:
    assert read_inputs({"INPUT_PATHS": "north\n south, east\n\nnorth\n"}).paths == ("north", "south", "east")


def test_flags_are_true_or_false_in_any_case() -> None:
    assert read_inputs({"INPUT_DRY-RUN": "TRUE", "INPUT_COMMENT": "False"}) == Inputs(dry_run=True, comment=False)


def test_the_author_is_split_into_name_and_address() -> None:
    assert read_inputs({"INPUT_COMMIT-AUTHOR": "Net Bot <bot@example.org>"}).commit_author == Signature(
        "Net Bot", "bot@example.org"
    )


def test_settings_and_inputs_of_their_own_become_overrides() -> None:
    given = {
        "INPUT_SETTINGS": "ingestion.archive: remove\nfgd.sync.lock_timeout = 5\ngithub.commit_mode: push\n",
        "INPUT_COMMIT-MODE": "api",
    }
    assert read_inputs(given).overrides == {
        "ingestion.archive": "remove",
        "sync.lock_timeout": "5",
        "github.commit_mode": "api",
    }


@pytest.mark.parametrize("path", ["report.json", "/github/workspace/report.json", "./report.json"])
def test_files_are_relative_to_the_workspace(path: str) -> None:
    assert read_inputs({"INPUT_REPORT-FILE": path}, "/github/workspace").report_file == "report.json"


def test_everything_that_is_wrong_is_told_at_once_with_the_nearest_value() -> None:
    problems = refused(
        {
            "INPUT_MODE": "chekc",
            "INPUT_COMMIT-MODE": "rebase",
            "INPUT_DRY-RUN": "yes",
            "INPUT_COMMIT-AUTHOR": "bot",
            "INPUT_SETTINGS": "archive remove",
            "INPUT_BRANCH": "a..b",
        }
    )
    assert problems == [
        'mode: "chekc" is not among its values: did you mean "check"?',
        'commit-mode: "rebase" is not among its values: it can be "push", "api", "pull-request"',
        "commit-author: 'bot' is not of the form `Name <address>`",
        'branch: "a..b" cannot be the name of a branch',
        'dry-run: "yes" is neither true nor false',
        'settings: "archive remove" is not of the form `path.of.setting: value`',
    ]


@pytest.mark.parametrize("path", ["/etc/passwd", "../report.json", "a/../../b", ".git/config", "a/.git/hooks/x"])
def test_files_outside_of_the_workspace_are_refused(path: str) -> None:
    assert refused({"INPUT_SARIF-FILE": path})


def test_a_slip_in_the_name_of_an_input_is_refused() -> None:
    assert refused({"INPUT_DRY_RUN": "true"}) == ['there is no input "dry_run": did you mean "dry-run"?']


def test_inputs_that_are_none_of_ours_are_left_alone() -> None:
    assert read_inputs({"INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "y", "INPUT_WHO-TO-GREET": "z"}) == Inputs()


@pytest.mark.parametrize("name", ["main", "release/1.2", "fgd/north", "dependabot/pip/x-1.0"])
def test_names_of_branches_are_taken(name: str) -> None:
    assert read_inputs({"INPUT_BRANCH": name}).branch == name


@pytest.mark.parametrize(
    "name", ["-x", "a b", "a..b", "x.lock", "/x", "x/", "a@{1}", "a//b", "a:b", "x\ny", "a.", ".a"]
)
def test_names_that_git_refuses_are_refused(name: str) -> None:
    assert refused({"INPUT_BRANCH": name})


def test_a_secret_with_a_line_break_in_it_is_refused_and_not_shown() -> None:
    (problem,) = refused({"INPUT_TOKEN": "ghs_canary\nghs_canary"})
    assert "canary" not in problem


def test_secrets_are_not_shown_with_the_inputs() -> None:
    given = read_inputs({"INPUT_TOKEN": "ghs_canary", "INPUT_NETBOX-TOKEN": "nbt_canary"})
    assert (given.token, given.netbox_token) == ("ghs_canary", "nbt_canary")
    assert "canary" not in repr(given)
