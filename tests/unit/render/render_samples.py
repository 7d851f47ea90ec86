"""Small reports, and hostile ones, for the tests of the renderers."""

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
    code.VALIDATION_FAILED, "subnet 10.0.1.0/31 is longer than /30", at("raw/vpcs.yaml", 14, 15, "      subnet: 10.0.1.0/31"),
    rule="VPC-011", remedy="give the subnet a prefix length of at most 30", ref=VPC,
    related=(Related("already uses it", at("managed/vpcs/vpc-2.yaml", 9, 5, "    subnet: 10.0.1.0/31")),),
)
UNKNOWN_FIELD = diagnose(
    code.SCHEMA_MISMATCH, "unknown field 'vlann'; did you mean 'vlan'?", at("raw/vpcs.yaml", 3, 3, "  vlann: 12"),
    rule="META-007", severity=Severity.WARNING,
)
EMPTY_FILE = diagnose(code.NO_RESOURCES, "the file is empty or holds only comments", Location("raw/empty.yaml"))


def plan(*diagnostics: Diagnostic) -> Plan:
    return Plan(
        "fabric-1", "0123", (
            Write("managed/vpcs/vpc-1.yaml", b"kind: VPC\nvlan: 13\n", b"kind: VPC\nvlan: 12\n"),
            Move("raw/vpcs.yaml", "raw/vpcs.yaml.archived", b"x"),
            Delete("raw/empty.yaml", b""),
        ), diagnostics, (
            ResourceChange(VPC, Action.UPDATE, "managed/vpcs/vpc-1.yaml", ("raw/vpcs.yaml",)),
            ResourceChange(SERVER, Action.DELETE, "managed/servers/lab_server-7.yaml"),
            ResourceChange(Ref(VPC.group, "VPC", "default", "vpc-2"), Action.KEEP, "managed/vpcs/vpc-2.yaml"),
        ), (
            SourceOutcome("raw/vpcs.yaml", Fate.PARTLY, 46, 44, "0" * 64,
                          ("managed/vpcs/vpc-1.yaml", "unmanaged/vpcs.yaml"), "raw/vpcs.yaml.archived"),
            SourceOutcome("raw/empty.yaml", Fate.ARCHIVED, 0, 0, "0" * 64),
        ),
    )


def fabric(*diagnostics: Diagnostic, path: str = "gitops/fabric-1", applied: bool = False) -> FabricReport:
    return FabricReport("fabric-1", path, plan(*diagnostics), applied=applied, sync_id="s-1",
                        started_at="2026-01-02T03:04:05Z", completed_at="2026-01-02T03:04:06Z")


BROKEN = FabricReport("fabric-2", "gitops/fabric-2", None,
                      FgdError(code.DIRECTORY_NOT_FOUND, "gitops/fabric-2 is not there", details={"stage": "validating"}))


def report(*fabrics: FabricReport, command: str = "check") -> Report:
    return Report(command, fabrics)


SMALL = report(fabric(LONG_PREFIX, UNKNOWN_FIELD, EMPTY_FILE, path="."))
SEVERAL = report(fabric(LONG_PREFIX, UNKNOWN_FIELD, EMPTY_FILE), BROKEN)


def many(count: int) -> Report:
    found = (
        diagnose(code.VALIDATION_FAILED, f"VLAN {index} is used twice", at(f"raw/{index % 200}.yaml", index + 1, 9, f"  vlan: {index}"),
                 rule=f"VPC-{index % 90:03}")
        for index in range(count)
    )
    return report(fabric(*found))


_NASTY = (
    "\x1b[31m", "\x1b]0;t\x07", "\x00", "\r", "\n", "\r\n", "\t", "\x7f", "\x85", "\x9b", "\u202e", "\u2066", "\u200b", "\u2028",
    "\ufeff", "\udc80", "\ufffe", "::error::x", "::", "##[error]x", "##[", "|", "`", "```", "~~~", "<b>", "&amp;", "-->", "]]>", "@octocat",
    "#12", "GH-12", "[x](https://example.org)", "](1)", "https://example.org", "www.example.org", "# h", "- ", "\\", "*", "_a_",
    ":tada:", "%0A", "%25", ",", ":", "=", "'", '"', "日本", "e\u0301", "\ufe0f", "\U000e0041", "{0}", "$x$", " ",
)
hostile = st.lists(st.one_of(st.sampled_from(_NASTY), st.text(max_size=6)), max_size=8).map("".join)
"""Text such as a manifest, a file's name or a remote answer might hold to do harm."""

severities = st.sampled_from(list(Severity))
codes = st.sampled_from(list(CODES.values()))
positions = st.one_of(st.none(), st.builds(Position, st.integers(1, 10**6), st.integers(1, 60)))
locations = st.builds(Location, hostile, st.one_of(st.none(), st.integers(0, 9)), st.just(()), st.booleans(), positions, hostile)
related = st.lists(st.builds(Related, hostile, locations), max_size=2).map(tuple)
diagnostics = st.builds(Diagnostic, codes, hostile, locations, hostile, related, severities, hostile)
refs = st.builds(Ref, hostile, hostile, hostile, hostile)
outcomes = st.builds(SourceOutcome, hostile, st.sampled_from(Fate), st.integers(0, 3), st.integers(0, 3), st.just(""),
                     st.lists(hostile, max_size=2).map(tuple), hostile)
resource_changes = st.builds(ResourceChange, refs, st.sampled_from(Action), hostile, st.lists(hostile, max_size=2).map(tuple))
contents = hostile.map(lambda text: text.encode("utf-8", "surrogateescape"))
changes = st.one_of(
    st.builds(Write, hostile, contents, st.one_of(st.none(), contents)),
    st.builds(Move, hostile, hostile, st.none()),
    st.builds(Delete, hostile, contents),
)
plans = st.builds(
    Plan, hostile, st.just("0"), st.lists(changes, max_size=3).map(tuple), st.lists(diagnostics, max_size=4).map(tuple),
    st.lists(resource_changes, max_size=3).map(tuple), st.lists(outcomes, max_size=2).map(tuple),
)
failures = st.builds(lambda which, message: FgdError(which, message), codes, hostile)
fabrics = st.builds(FabricReport, hostile, hostile, st.one_of(st.none(), plans), st.one_of(st.none(), failures), st.booleans())
reports = st.builds(Report, st.sampled_from(["check", "plan", "sync"]), st.lists(fabrics, min_size=1, max_size=3).map(tuple))
"""Reports in which every text is hostile."""
