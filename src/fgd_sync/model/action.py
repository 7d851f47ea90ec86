"""The inputs and outputs of the action, in one table: `action.yml`, the reader of inputs and the page go by it.

Names, defaults and allowed values are a contract with the workflows of users. Knows no environment and reads nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from fgd_sync.model.git import Signature
from fgd_sync.model.value import dataclass, field


class Kind(StrEnum):
    """What an input holds, as the page of the inputs calls it."""

    CHOICE = "one of"
    FLAG = "true or false"
    TEXT = "text"
    LIST = "list: one a line, or with commas"
    FILE = "path of a file in the workspace"
    AUTHOR = "`Name <address>`"
    SETTINGS = "list: one `path: value` a line"
    SECRET = "secret"  # noqa: S105 - the word


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `setting`: the setting of fgd_config.yaml that it takes the place of; "" for none."""

    name: str
    kind: Kind
    description: str
    default: str = ""
    choices: tuple[str, ...] = ()
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the step."""

    name: str
    description: str


MODES = ("auto", "sync", "check", "fix", "drift", "pull", "matrix")
FAIL_ON = ("error", "warning", "change", "never")

INPUTS = (
    Input(
        "mode",
        Kind.CHOICE,
        "What to do. auto goes by the event: sync on push, schedule and dispatch; check on pull requests and in a "
        "merge queue. fix commits the managed files to the head branch of a pull request. drift reports what a sync "
        "would change, and where NetBox and the cluster differ from git, and writes nothing. pull brings what was "
        "changed in NetBox. matrix gives the fabrics as a matrix, in the output of that name.",
        "auto",
        MODES,
    ),
    Input(
        "paths",
        Kind.LIST,
        "Fabric directories, relative to the root of the repository. Empty: those of the settings, else every one.",
    ),
    Input("fabrics", Kind.LIST, "Names or paths of the fabrics to work on. Empty: all that were found."),
    Input(
        "config",
        Kind.FILE,
        "Settings file. Empty: fgd_config.yaml at the root of the repository, or in .github/.",
    ),
    Input(
        "token",
        Kind.SECRET,
        "Token for commits, comments, check runs and commit statuses. Empty: nothing is sent.",
        "${{ github.token }}",
    ),
    Input(
        "commit-mode",
        Kind.CHOICE,
        "How commits are made: push; api, signed by GitHub; pull-request, one for each fabric. Empty: the setting "
        "github.commit_mode, push by default.",
        "",
        ("push", "api", "pull-request"),
        "github.commit_mode",
    ),
    Input(
        "commit-message",
        Kind.TEXT,
        "First line of the commits, with {fabric} and {changes} for what they are about. Empty: both, in a sentence.",
    ),
    Input("commit-author", Kind.AUTHOR, "Author of the commits. Empty: github-actions[bot]."),
    Input("branch", Kind.TEXT, "Branch to read and write. Empty: that of the event."),
    Input(
        "fail-on",
        Kind.CHOICE,
        "What fails the step: error, an error in a manifest; warning, a warning too; change, an error or anything that "
        "a sync would change; never. A run that could not do its work always fails.",
        "error",
        FAIL_ON,
    ),
    Input("dry-run", Kind.FLAG, "Plan and report; write nothing.", "false"),
    Input("comment", Kind.FLAG, "Keep one comment on the pull request up to date.", "true"),
    Input("check-run", Kind.FLAG, "Show progress and all findings in a check run.", "true"),
    Input("sarif-file", Kind.FILE, "Where to write the findings as SARIF, for code scanning."),
    Input("report-file", Kind.FILE, "Where to write the whole report as JSON."),
    Input("junit-file", Kind.FILE, "Where to write the findings as JUnit XML."),
    Input(
        "site-folder",
        Kind.FILE,
        "Where to write the fabrics as static pages, for GitHub Pages: what is checked out, and the history.",
    ),
    Input("events-file", Kind.FILE, "Where to write the events of the run, one JSON object a line."),
    Input(
        "cache-dir",
        Kind.FILE,
        "Folder in the workspace for what runs remember, to be handed on by actions/cache; works with cache-key.",
    ),
    Input(
        "cache-key",
        Kind.SECRET,
        "Secret of 16 characters or more that seals what runs remember. Empty, as for forks: nothing is remembered.",
    ),
    Input("netbox-url", Kind.TEXT, "Address of NetBox, such as https://netbox.example.org.", "", (), "netbox.url"),
    Input("netbox-token", Kind.SECRET, "Token for NetBox."),
    Input(
        "netbox-target",
        Kind.CHOICE,
        "What to write in NetBox: the objects of the Hedgehog plugin, or core objects. Empty: the setting "
        "netbox.target, auto by default.",
        "",
        ("auto", "plugin", "core", "off"),
        "netbox.target",
    ),
    Input(
        "cluster-file",
        Kind.FILE,
        "In mode drift: what `kubectl get … -o yaml` printed of the cluster, or a directory of such files.",
    ),
    Input(
        "cluster-kinds",
        Kind.TEXT,
        "In mode drift: kinds of which cluster-file has all objects, even if it has none, such as vpc,connection; or "
        "all.",
    ),
    Input(
        "timeout-seconds",
        Kind.TEXT,
        "How long a run may take. Empty: the setting sync.timeout_seconds, 300 by default.",
        "",
        (),
        "sync.timeout_seconds",
    ),
    Input(
        "settings",
        Kind.SETTINGS,
        "Settings for this run, before those of the file, such as `ingestion.archive: remove`.",
    ),
)
"""Every input, in the order of the page."""

OUTPUTS = (
    Output("changed", "true if a commit was made; in a check, drift or dry run: if a sync would change something"),
    Output("commit-sha", "the last commit that was made; empty if there is none"),
    Output("sync-id", "the id of the sync; with several fabrics their ids, separated by commas"),
    Output("state", "completed, failed or cancelled; with several fabrics the worst"),
    Output("files-processed", "how many source files were taken in"),
    Output("resources", "how many resources the fabrics hold"),
    Output("errors", "how many errors were found, failures among them"),
    Output("warnings", "how many warnings were found"),
    Output("report", "the outcome as JSON: counts for each fabric, and the findings as far as there is room"),
    Output("matrix", "in mode matrix: the matrix for `fromJSON`, one job for each fabric, 256 at most"),
    Output(
        "drift",
        "in mode drift: how many resources are not the same in git, NetBox and the cluster; empty if git was compared "
        "with nobody",
    ),
    Output("pull-request", "number of the pull request of commit-mode pull-request; with several, separated by commas"),
)
"""Every output, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a step, checked and typed: a field for each input, named as it but with `_`."""

    mode: str = "auto"
    paths: tuple[str, ...] = ()
    fabrics: tuple[str, ...] = ()
    config: str = ""
    token: str = field(default="", repr=False)
    commit_mode: str = ""
    commit_message: str = ""
    commit_author: Signature | None = None
    branch: str = ""
    fail_on: str = "error"
    dry_run: bool = False
    comment: bool = True
    check_run: bool = True
    sarif_file: str = ""
    report_file: str = ""
    junit_file: str = ""
    site_folder: str = ""
    events_file: str = ""
    cache_dir: str = ""
    cache_key: str = field(default="", repr=False)
    netbox_url: str = ""
    netbox_token: str = field(default="", repr=False)
    netbox_target: str = ""
    cluster_file: str = ""
    cluster_kinds: str = ""
    timeout_seconds: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def overrides(self) -> dict[str, str]:
        """The settings that the inputs give, by path; an input of its own goes before a line of `settings`."""
        own = {item.setting: str(getattr(self, field_name(item))) for item in INPUTS if item.setting}
        return {**self.settings, **{path: value for path, value in own.items() if value}}


def field_name(item: Input) -> str:
    """The field of `Inputs` that holds an input."""
    return item.name.replace("-", "_")
