"""Small reports, and hostile ones, for the tests of the renderers."""

from itertools import cycle
from random import Random

from hypothesis import strategies as st

from fgd_sync.model import code
from fgd_sync.model.change import Delete, Move, Write
from fgd_sync.model.code import CODES, Severity
from fgd_sync.model.diagnostic import Diagnostic, Related, diagnose
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Location, Position
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.resource import Ref

VPC = Ref("vpc.githedgehog.com", "VPC", "default", "vpc-1")
SERVER = Ref("wiring.githedgehog.com", "Server", "lab", "server-7")


def at(path: str, line: int, column: int, excerpt: str) -> Location:
    return Location(path, 0, ("spec",), position=Position(line, column), excerpt=excerpt)


LONG_PREFIX = diagnose(
    code.VALIDATION_FAILED,
    "subnet 10.0.1.0/31 is longer than /30",
    at("raw/vpcs.yaml", 14, 15, "      subnet: 10.0.1.0/31"),
    rule="VPC-011",
    remedy="give the subnet a prefix length of at most 30",
    ref=VPC,
    related=(Related("already uses it", at("managed/vpcs/vpc-2.yaml", 9, 5, "    subnet: 10.0.1.0/31")),),
)
UNKNOWN_FIELD = diagnose(
    code.SCHEMA_MISMATCH,
    "unknown field 'vlann'; did you mean 'vlan'?",
    at("raw/vpcs.yaml", 3, 3, "  vlann: 12"),
    rule="META-007",
    severity=Severity.WARNING,
)
EMPTY_FILE = diagnose(code.NO_RESOURCES, "the file is empty or holds only comments", Location("raw/empty.yaml"))


def plan(*diagnostics: Diagnostic) -> Plan:
    return Plan(
        "fabric-1",
        "0123",
        (
            Write("managed/vpcs/vpc-1.yaml", b"kind: VPC\nvlan: 13\n", b"kind: VPC\nvlan: 12\n"),
            Move("raw/vpcs.yaml", "raw/vpcs.yaml.archived", b"x"),
            Delete("raw/empty.yaml", b""),
        ),
        diagnostics,
        (
            ResourceChange(VPC, Action.UPDATE, "managed/vpcs/vpc-1.yaml", ("raw/vpcs.yaml",)),
            ResourceChange(SERVER, Action.DELETE, "managed/servers/lab_server-7.yaml"),
            ResourceChange(Ref(VPC.group, "VPC", "default", "vpc-2"), Action.KEEP, "managed/vpcs/vpc-2.yaml"),
        ),
        (
            SourceOutcome(
                "raw/vpcs.yaml",
                Fate.PARTLY,
                46,
                44,
                "0" * 64,
                ("managed/vpcs/vpc-1.yaml", "unmanaged/vpcs.yaml"),
                "raw/vpcs.yaml.archived",
            ),
            SourceOutcome("raw/empty.yaml", Fate.ARCHIVED, 0, 0, "0" * 64),
        ),
    )


def fabric(*diagnostics: Diagnostic, path: str = "gitops/fabric-1", applied: bool = False) -> FabricReport:
    return FabricReport(
        "fabric-1",
        path,
        plan(*diagnostics),
        applied=applied,
        sync_id="s-1",
        started_at="2026-01-02T03:04:05Z",
        completed_at="2026-01-02T03:04:06Z",
    )


MISSING = FgdError(code.DIRECTORY_NOT_FOUND, "gitops/fabric-2 is not there", details={"stage": "validating"})
BROKEN = FabricReport("fabric-2", "gitops/fabric-2", None, MISSING)


def report(*fabrics: FabricReport, command: str = "check") -> Report:
    return Report(command, fabrics)


SMALL = report(fabric(LONG_PREFIX, UNKNOWN_FIELD, EMPTY_FILE, path="."))
SEVERAL = report(fabric(LONG_PREFIX, UNKNOWN_FIELD, EMPTY_FILE), BROKEN)


def many(count: int) -> Report:
    found = (
        diagnose(
            code.VALIDATION_FAILED,
            f"VLAN {index} is used twice",
            at(f"raw/{index % 200}.yaml", index + 1, 9, f"  vlan: {index}"),
            rule=f"VPC-{index % 90:03}",
        )
        for index in range(count)
    )
    return report(fabric(*found))


_NASTY = (
    "\x1b[31m",
    "\x1b]0;t\x07",
    "\x00",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\x7f",
    "\x85",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u2028",
    "\ufeff",
    "\udc80",
    "\ud800",
    "\ufffe",
    "\ufe0f",
    "\U000e0041",
    "e\u0301",
    "日本",
    "::error::x",
    "::",
    "##[error]x",
    "##[",
    "%0A",
    "%25",
    ",",
    ":",
    "=",
    "]]>",
    "'",
    '"',
    " ",
    "{0}",
    "|",
    "`",
    "```",
    "~~~",
    "<b>",
    "&amp;",
    "-->",
    "# h",
    "- ",
    "\\",
    "*",
    "_a_",
    "$x$",
    ":tada:",
    "@octocat",
    "#12",
    "GH-12",
    "[x](https://example.org)",
    "](1)",
    "https://example.org",
    "www.example.org",
)
hostile = st.lists(st.one_of(st.sampled_from(_NASTY), st.characters()), max_size=6).map("".join)
"""Text such as a manifest, a file's name or a remote answer might hold to do harm."""

contents = hostile.map(lambda text: text.encode("utf-8", "surrogatepass"))
changes = st.one_of(
    st.builds(Write, hostile, contents, st.one_of(st.none(), contents)),
    st.builds(Move, hostile, hostile, st.none()),
    st.builds(Delete, hostile, contents),
)


def _filled(texts: list[str], seed: int) -> Report:
    """A report of every shape, whose texts are the given ones in turn."""
    turn = cycle(texts)
    random = Random(seed)

    def text() -> str:
        return next(turn)

    def plain() -> str:
        """A path that is UTF-8, as those that a plan changes are."""
        return text().encode("utf-8", "replace").decode()

    def place() -> Location:
        position = random.choice((None, Position(random.randrange(1, 10**6), random.randrange(1, 60))))
        return Location(text(), random.choice((None, 3)), position=position, excerpt=text())

    def finding() -> Diagnostic:
        related = tuple(Related(text(), place()) for _ in range(random.randrange(3)))
        which = random.choice(list(CODES.values()))
        return Diagnostic(which, text(), place(), text(), related, random.choice(list(Severity)), text())

    def ref() -> Ref:
        return Ref(text(), text(), text(), text())

    def hostile_plan() -> Plan:
        data = text().encode("utf-8", "surrogatepass")
        return Plan(
            text(),
            "0",
            (Write(plain(), data, random.choice((None, b"x"))), Move(plain(), plain(), None), Delete(plain(), data)),
            tuple(finding() for _ in range(random.randrange(5))),
            tuple(ResourceChange(ref(), action, text(), (text(), text())) for action in Action),
            tuple(SourceOutcome(text(), fate, 3, 2, "", (text(),), random.choice(("", text()))) for fate in Fate),
        )

    def hostile_fabric() -> FabricReport:
        failure = random.choice((None, FgdError(code.SYNC_FAILED, text(), details={"stage": text()})))
        made = random.choice((None, hostile_plan()))
        return FabricReport(text(), text(), made, failure, random.choice((True, False)))

    return Report(random.choice(("check", "sync")), tuple(hostile_fabric() for _ in range(random.randrange(1, 4))))


reports = st.builds(_filled, st.lists(hostile, min_size=1, max_size=9), st.integers(0, 10**6))
"""Reports in which every text is hostile."""
