"""The codes of everything this program reports or fails with, in one table.

The names and numbers are a contract with dashboards and scripts: codes are added, never renumbered. Each says what it
is, how bad it is, whether trying again can help, the exit status it ends the command with, and what a user should do.
"""

from enum import IntEnum, StrEnum

from fgd_sync.model.value import dataclass


class Severity(StrEnum):
    """How bad a finding is: an error fails the run, a warning and a notice do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Exit(IntEnum):
    """Exit statuses of the command and of the action's container."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    FILES = 4
    BUSY = 5
    REMOTE = 6
    INTERNAL = 70
    CANCELLED = 130


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table. `remedy` tells the user what to do, in one or two sentences."""

    id: str
    name: str
    title: str
    severity: Severity
    exit: Exit
    remedy: str
    retryable: bool = False

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Come out of a pickle as the row of the table, since rows are told apart by identity."""
        return _row, (self.id,)


def _row(code_id: str) -> Code:
    return CODES[code_id]


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

INVALID_YAML = Code(
    "FGD_1001",
    "INVALID_YAML",
    "The text is not YAML that the cluster could read",
    _E,
    Exit.FINDINGS,
    "Correct the syntax at the place shown, then put the file into raw/ again.",
)
UNSUPPORTED_RESOURCE = Code(
    "FGD_1002",
    "UNSUPPORTED_RESOURCE",
    "The document is not a resource of a Hedgehog fabric",
    _N,
    Exit.OK,
    "Nothing to do if it belongs elsewhere; otherwise check its apiVersion and kind.",
)
VALIDATION_FAILED = Code(
    "FGD_1003",
    "VALIDATION_FAILED",
    "The fabric would refuse the resource: a rule is broken",
    _E,
    Exit.FINDINGS,
    "Change the value as the message says; `fgd explain RULE` shows a bad and a good example.",
)
SCHEMA_MISMATCH = Code(
    "FGD_1004",
    "SCHEMA_MISMATCH",
    "The resource does not have the shape of its kind",
    _E,
    Exit.FINDINGS,
    "Correct the field shown; `fgd schemas show KIND` lists the fields of the kind.",
)
DUPLICATE_RESOURCE = Code(
    "FGD_1005",
    "DUPLICATE_RESOURCE",
    "The same resource is described twice, differently",
    _E,
    Exit.FINDINGS,
    "Keep one of the two documents and delete the other.",
)
DUPLICATE_KEY = Code(
    "FGD_1006",
    "DUPLICATE_KEY",
    "A key occurs twice in one mapping",
    _E,
    Exit.FINDINGS,
    "Remove one of the two keys; the cluster refuses such a document.",
)
TOO_LARGE = Code(
    "FGD_1007",
    "TOO_LARGE",
    "A file or document is beyond the limits",
    _E,
    Exit.FINDINGS,
    "Split it, or raise the limit under `ingestion:` in fgd_config.yaml.",
)
TOO_MANY_DOCUMENTS = Code(
    "FGD_1008",
    "TOO_MANY_DOCUMENTS",
    "A file holds more documents than allowed",
    _E,
    Exit.FINDINGS,
    "Split the file, or raise `ingestion.max_documents_per_file` in fgd_config.yaml.",
)
UNSAFE_PATH = Code(
    "FGD_1009",
    "UNSAFE_PATH",
    "A path cannot be used safely",
    _E,
    Exit.FINDINGS,
    "Replace the link by the file it stands for, or give the file a plain name, inside the fabric directory.",
)
SECRET_FOUND = Code(
    "FGD_1010",
    "SECRET_FOUND",
    "The text looks as if it held a secret",
    _W,
    Exit.FINDINGS,
    "Take the secret out of the repository, and change it: whoever can read the history knows it.",
)
TEMPLATE_PLACEHOLDER = Code(
    "FGD_1011",
    "TEMPLATE_PLACEHOLDER",
    "The document still holds template placeholders",
    _E,
    Exit.FINDINGS,
    "Render the template (helm template, kustomize build) and put its output into raw/.",
)
NO_RESOURCES = Code(
    "FGD_1012",
    "NO_RESOURCES",
    "The file holds no resource",
    _N,
    Exit.OK,
    "Nothing to do.",
)
REPEATED_RESOURCE = Code(
    "FGD_1013",
    "REPEATED_RESOURCE",
    "The same resource is described more than once, with the same content",
    _N,
    Exit.OK,
    "Nothing to do: it is managed once.",
)
RESOURCE_UPGRADED = Code(
    "FGD_1014",
    "RESOURCE_UPGRADED",
    "An old form of a resource was brought to the current version",
    _N,
    Exit.OK,
    "Check the upgraded resource in the plan.",
)
UPGRADE_IMPOSSIBLE = Code(
    "FGD_1015",
    "UPGRADE_IMPOSSIBLE",
    "An old form of a resource has no certain successor",
    _E,
    Exit.FINDINGS,
    "Rewrite the resource for the current version; the message says which field is at fault.",
)
HAND_EDIT_REPLACED = Code(
    "FGD_1016",
    "HAND_EDIT_REPLACED",
    "Content from raw/ replaces an edit made by hand in managed/",
    _W,
    Exit.OK,
    "Compare the two in the plan; git keeps the earlier version.",
)
CONTROLLER_OWNED = Code(
    "FGD_1017",
    "CONTROLLER_OWNED",
    "The resource is written by the fabric's controllers and does not belong in git",
    _N,
    Exit.OK,
    "Delete it from the repository; the controllers make it.",
)
FINDING_IGNORED = Code(
    "FGD_1018",
    "FINDING_IGNORED",
    "A rule is broken, and the resource asks to be let off it",
    _N,
    Exit.OK,
    "Nothing to do while the reason holds; then take the rule out of the annotation `fgd.githedgehog.com/ignore`.",
)
IGNORE_WITHOUT_EFFECT = Code(
    "FGD_1019",
    "IGNORE_WITHOUT_EFFECT",
    "An annotation that asks to ignore a rule has no effect",
    _W,
    Exit.OK,
    "Correct the annotation `fgd.githedgehog.com/ignore`, or remove it.",
)
CONTENT_ELSEWHERE = Code(
    "FGD_1020",
    "CONTENT_ELSEWHERE",
    "The content of a file is not in the repository",
    _E,
    Exit.FINDINGS,
    "Commit the file itself instead of a pointer to it.",
)
NORMAL_FORM_RAISED = Code(
    "FGD_1021",
    "NORMAL_FORM_RAISED",
    "Managed files are written anew because this version writes them another way",
    _N,
    Exit.OK,
    "On a branch they get a commit of their own. At a desk `fgd repair --issue outdated_normal_form` writes just them.",
)
CLUSTER_EXPORT_INVALID = Code(
    "FGD_1022",
    "CLUSTER_EXPORT_INVALID",
    "The file is not what kubectl prints of a cluster",
    _E,
    Exit.FILES,
    "Write it anew with `kubectl get vpcs,connections,… -o yaml`, and look at what kubectl says.",
)
DIRECTORY_NOT_FOUND = Code(
    "FGD_2001",
    "DIRECTORY_NOT_FOUND",
    "A directory or file is not there",
    _E,
    Exit.FILES,
    "Check the path for spelling, and that the repository is checked out.",
)
DIRECTORY_PERMISSION_DENIED = Code(
    "FGD_2002",
    "DIRECTORY_PERMISSION_DENIED",
    "A file or directory may not be read or written",
    _E,
    Exit.FILES,
    "Give the user that runs this command access to it.",
)
DIRECTORY_INITIALIZATION_FAILED = Code(
    "FGD_2003",
    "DIRECTORY_INITIALIZATION_FAILED",
    "The fabric directory could not be set up",
    _E,
    Exit.FILES,
    "Mend what the message names, then run `fgd init` again.",
)
DIRECTORY_REPAIR_FAILED = Code(
    "FGD_2004",
    "DIRECTORY_REPAIR_FAILED",
    "The fabric directory could not be repaired",
    _E,
    Exit.FILES,
    "Mend what the message names, then run `fgd repair` again.",
)
STRUCTURE_INVALID = Code(
    "FGD_2005",
    "STRUCTURE_INVALID",
    "The fabric directory lacks a part or has a damaged one",
    _W,
    Exit.OK,
    "Run `fgd repair`, or any sync with `directory.auto_repair: true`.",
)
FILE_SYSTEM_FAILED = Code(
    "FGD_2006",
    "FILE_SYSTEM_FAILED",
    "The file system could not do what was asked of it",
    _E,
    Exit.FILES,
    "Mend what the message names (room on the disk, the mount, a limit of the system), then run the command again.",
)
WRITTEN_BY_NEWER_VERSION = Code(
    "FGD_2007",
    "WRITTEN_BY_NEWER_VERSION",
    "Something was written by a newer version of fgd-sync",
    _E,
    Exit.FILES,
    "Use that version here too: install a newer fgd-sync, or let the workflow use a newer release of the action.",
)
SYNC_ALREADY_IN_PROGRESS = Code(
    "FGD_3001",
    "SYNC_ALREADY_IN_PROGRESS",
    "Another run is at work on this fabric",
    _E,
    Exit.BUSY,
    "`fgd status` says who it is and until when. Run again when it has ended, or wait longer: `sync.lock_timeout`.",
    retryable=True,
)
SYNC_TIMEOUT = Code(
    "FGD_3002",
    "SYNC_TIMEOUT",
    "The run took longer than it may",
    _E,
    Exit.BUSY,
    "Raise `sync.timeout_seconds` in fgd_config.yaml, or spread the fabrics over several jobs.",
    retryable=True,
)
SYNC_CANCELLED = Code(
    "FGD_3003",
    "SYNC_CANCELLED",
    "The run was cancelled",
    _E,
    Exit.CANCELLED,
    "Start it again: an interrupted run leaves nothing half done.",
    retryable=True,
)
SYNC_FAILED = Code(
    "FGD_3004",
    "SYNC_FAILED",
    "The run failed",
    _E,
    Exit.REFUSED,
    "Mend what the message names, then run again: nothing is half done.",
)
PLAN_TOO_DESTRUCTIVE = Code(
    "FGD_3005",
    "PLAN_TOO_DESTRUCTIVE",
    "The plan deletes more resources than the limits allow",
    _E,
    Exit.REFUSED,
    "Check that the deletions are meant. If so, raise `ingestion.limits` in fgd_config.yaml for this change.",
)
CONFIGURATION_INVALID = Code(
    "FGD_3006",
    "CONFIGURATION_INVALID",
    "The configuration is not valid",
    _E,
    Exit.USAGE,
    "Correct the setting shown; the schema lists all settings. One that is not known may belong to a newer fgd-sync.",
)
PLAN_OUTDATED = Code(
    "FGD_3007",
    "PLAN_OUTDATED",
    "The directory changed after it was planned from",
    _E,
    Exit.BUSY,
    "Run the command again: it plans from what is there now.",
    retryable=True,
)
THRESHOLD_EXCEEDED = Code(
    "FGD_3008",
    "THRESHOLD_EXCEEDED",
    "A value that monitoring watches is beyond its threshold",
    _W,
    Exit.FINDINGS,
    "Do what the message says, or raise the value under `monitoring.alert_thresholds`.",
)
LOCK_LOST = Code(
    "FGD_3009",
    "LOCK_LOST",
    "The run lost its lock on the fabric",
    _E,
    Exit.BUSY,
    "Nothing was published after that. Look at `fgd status` for who has it now, then run again.",
    retryable=True,
)
SYNC_NOT_FOUND = Code(
    "FGD_3010",
    "SYNC_NOT_FOUND",
    "There is no such sync",
    _E,
    Exit.USAGE,
    "See what there is with `fgd status` and `fgd history`.",
)
EVENT_REFUSED = Code(
    "FGD_3011",
    "EVENT_REFUSED",
    "The workflow asks for what cannot be done on its event",
    _E,
    Exit.REFUSED,
    "See docs/workflows.md for what is done on which event.",
)
GITHUB_CONNECTION_FAILED = Code(
    "FGD_4001",
    "GITHUB_CONNECTION_FAILED",
    "GitHub could not be reached",
    _E,
    Exit.REMOTE,
    "Check the network and GitHub's status page, then run again; `fgd health` says what can be reached.",
    retryable=True,
)
GITHUB_AUTHENTICATION_FAILED = Code(
    "FGD_4002",
    "GITHUB_AUTHENTICATION_FAILED",
    "GitHub refused the token",
    _E,
    Exit.REMOTE,
    "Check that the token is valid and that the workflow's `permissions:` grant what the message names.",
)
GITHUB_RATE_LIMITED = Code(
    "FGD_4003",
    "GITHUB_RATE_LIMITED",
    "GitHub's rate limit is used up",
    _E,
    Exit.REMOTE,
    "Wait until the limit resets; the message says when.",
    retryable=True,
)
GITHUB_NOT_FOUND = Code(
    "FGD_4004",
    "GITHUB_NOT_FOUND",
    "GitHub does not know the repository, branch or object",
    _E,
    Exit.REMOTE,
    "Check the name, and that the token may see it.",
)
PUSH_REJECTED = Code(
    "FGD_4005",
    "PUSH_REJECTED",
    "The remote refused the push",
    _E,
    Exit.REMOTE,
    "Run again: it plans from the branch's new tip. If it happens each time, see who else writes to the branch.",
    retryable=True,
)
BRANCH_PROTECTED = Code(
    "FGD_4006",
    "BRANCH_PROTECTED",
    "The branch is protected against direct pushes",
    _E,
    Exit.REMOTE,
    "Use `commit_mode: pull-request`, or let the workflow's token bypass the rule.",
)
COMMIT_UNSIGNED = Code(
    "FGD_4007",
    "COMMIT_UNSIGNED",
    "The branch demands signed commits",
    _E,
    Exit.REMOTE,
    "Use `commit_mode: api`: GitHub signs commits made that way.",
)
GITHUB_REFUSED = Code(
    "FGD_4008",
    "GITHUB_REFUSED",
    "GitHub refused the request",
    _E,
    Exit.REMOTE,
    "Mend what GitHub's reason in the message names; `fgd health` says what the token may do.",
)
INTERNAL_ERROR = Code(
    "FGD_5001",
    "INTERNAL_ERROR",
    "A fault in fgd-sync itself",
    _E,
    Exit.INTERNAL,
    "Nothing was half written. Please report it with the message and the file that brings it about.",
)
DATABASE_ERROR = Code(
    "FGD_5002",
    "DATABASE_ERROR",
    "The state store could not be read or written",
    _E,
    Exit.REMOTE,
    "See which program or version wrote it; `sync.state_refs` keeps state under another prefix.",
)
REDIS_CONNECTION_FAILED = Code(
    "FGD_5003",
    "REDIS_CONNECTION_FAILED",
    "Redis could not be reached",
    _W,
    Exit.OK,
    "Check `events.redis_url` and that Redis runs (`fgd health`); events are kept and delivered by the next run.",
    retryable=True,
)
WORKER_POOL_EXHAUSTED = Code(
    "FGD_5004",
    "WORKER_POOL_EXHAUSTED",
    "No worker process could be started",
    _E,
    Exit.INTERNAL,
    "Reserved: the work is then done without helpers, only slower. More memory helps.",
    retryable=True,
)
METRICS_FAILED = Code(
    "FGD_5005",
    "METRICS_FAILED",
    "Metrics could not be written or pushed",
    _W,
    Exit.REMOTE,
    "Check `monitoring.metrics_file` and `monitoring.pushgateway_url`; the sync itself is not affected.",
    retryable=True,
)
NETBOX_CONNECTION_FAILED = Code(
    "FGD_6001",
    "NETBOX_CONNECTION_FAILED",
    "NetBox could not be reached",
    _W,
    Exit.REMOTE,
    "Check `netbox.url` (NETBOX_URL) and the network.",
    retryable=True,
)
NETBOX_AUTHENTICATION_FAILED = Code(
    "FGD_6002",
    "NETBOX_AUTHENTICATION_FAILED",
    "NetBox refused the token",
    _W,
    Exit.REMOTE,
    "Check NETBOX_TOKEN and the permissions of its user.",
)
NETBOX_NOT_FOUND = Code(
    "FGD_6003",
    "NETBOX_NOT_FOUND",
    "NetBox does not have the object",
    _W,
    Exit.REMOTE,
    "Check the fabric's name or id in NetBox.",
)
NETBOX_CONFLICT = Code(
    "FGD_6004",
    "NETBOX_CONFLICT",
    "Somebody else changed the object in NetBox at the same time",
    _W,
    Exit.REMOTE,
    "Nothing to do: the next run reports again.",
    retryable=True,
)
NETBOX_PLUGIN_MISSING = Code(
    "FGD_6005",
    "NETBOX_PLUGIN_MISSING",
    "NetBox has no Hedgehog plugin",
    _W,
    Exit.REMOTE,
    "Install it, or set `netbox.target: core`.",
)
NETBOX_PERMISSION_DENIED = Code(
    "FGD_6006",
    "NETBOX_PERMISSION_DENIED",
    "NetBox does not let the token do this",
    _W,
    Exit.REMOTE,
    "Give the token's user the object permission that the message names; docs/netbox.md has the table.",
)
NETBOX_REFUSED = Code(
    "FGD_6007",
    "NETBOX_REFUSED",
    "NetBox refused what was written as not valid",
    _W,
    Exit.REMOTE,
    "Mend what NetBox's reason in the message names, then run again.",
)
NETBOX_FAILED = Code(
    "FGD_6008",
    "NETBOX_FAILED",
    "NetBox had a fault of its own",
    _W,
    Exit.REMOTE,
    "See NetBox's log at that time.",
    retryable=True,
)
NETBOX_UNSUPPORTED = Code(
    "FGD_6009",
    "NETBOX_UNSUPPORTED",
    "The server does not answer as a supported NetBox does",
    _W,
    Exit.REMOTE,
    "Check that `netbox.url` is the address of NetBox itself (4.2 or newer), without /api and not of a login page.",
)
NETBOX_TOO_DESTRUCTIVE = Code(
    "FGD_6010",
    "NETBOX_TOO_DESTRUCTIVE",
    "More objects would be deleted from NetBox than the limits allow",
    _W,
    Exit.REFUSED,
    "See the counts in the message. If the deletions are meant, raise `netbox.limits` for this change.",
)
PULL_CONFLICT = Code(
    "FGD_6011",
    "PULL_CONFLICT",
    "Changed in NetBox and in git: a person has to decide",
    _W,
    Exit.FINDINGS,
    "Give the field the same value on both sides, or set `pull.conflicts` to git-wins or netbox-wins.",
)
PULL_REFUSED = Code(
    "FGD_6012",
    "PULL_REFUSED",
    "A change in NetBox is not taken into git",
    _E,
    Exit.FINDINGS,
    "Correct it in NetBox: the next pull takes it.",
)

CODES: dict[str, Code] = {code.id: code for code in list(globals().values()) if isinstance(code, Code)}
"""Every code by its id."""
