"""Examples for the help of every command: what to type, and what for. A test types all of them."""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "init": (
        ("fgd init north", "set up the directory north and take in the YAML that lies in it"),
        ("fgd init north --samples", "with commented samples to copy from"),
        ("fgd init --interactive", "set up a whole repository: asks, shows, writes"),
    ),
    "check": (
        ("fgd check", "every fabric here"),
        ("fgd check north --base origin/main", "with the rules on changes and deletions since main"),
        ("fgd check north --format sarif > findings.sarif", "for code scanning"),
    ),
    "plan": (
        ("fgd plan north", "what a sync would do"),
        ("fgd plan north --diff all", "with the text of every file"),
    ),
    "sync": (
        ("fgd sync north", "take in raw/, tidy managed/"),
        ("fgd sync north --dry-run", "only show it"),
        ("fgd sync --publish --branch main", "commit to the branch on the server instead of writing here"),
    ),
    "pull": (
        ("fgd pull --dry-run", "what people changed in NetBox"),
        ("fgd pull north", "bring it into the files here, to be looked at and committed"),
    ),
    "repair": (("fgd repair north", "complete an interrupted sync, mend what is missing"),),
    "files": (("fgd files north --directory managed", "the managed files with their resources"),),
    "process": (("fgd process north/raw/wiring.yaml --validate-only", "what would become of one file"),),
    "matrix": (
        ("fgd matrix", "one job for each fabric"),
        ("fgd matrix --since HEAD~1", "only fabrics with files that changed"),
    ),
    "site": (("fgd site --output pages", "open pages/index.html in a browser"),),
    "status": (("fgd status --local", "how the syncs of this clone ended"), ("fgd status north", "on the server")),
    "history": (("fgd history --status failed --since 7d", "what failed this week"),),
    "health": (("fgd health", "is everything there?"), ("fgd health --write", "may the token write?")),
    "doctor": (("fgd doctor", "what keeps the workflows from working"),),
    "drift": (
        ("kubectl get vpc,switch,connection -o yaml | fgd drift north --cluster -", "compare git with the cluster"),
        ("fgd drift north", "compare git with NetBox"),
    ),
    "cancel": (("fgd cancel north --reason 'wrong branch'", "ask the sync at work to stop"),),
    "unlock": (("fgd unlock north --reason 'runner lost'", "take the lock of a dead sync away"),),
    "events": (
        ("fgd events show --local", "what happened in the newest sync of this clone"),
        ("fgd events show --undelivered", "reports that wait, with the reason"),
    ),
    "netbox": (("fgd netbox check", "what the token lacks"), ("fgd netbox diff north", "what a report would change")),
    "schemas": (
        ("fgd schemas show VPC", "the fields of a kind"),
        ("fgd schemas list", "all kinds"),
    ),
    "explain": (("fgd explain VPC-017", "a rule, with a bad and a good example"), ("fgd explain FGD_3001", "a code")),
}
"""By command: lines to type, each with what it is for."""


def epilog(name: str) -> str:
    """The examples of a command as click shows them below its options; "" where there are none."""
    lines = EXAMPLES.get(name, ())
    if not lines:
        return ""
    shown = "\n".join(f"  # {purpose}\n  {line}" for line, purpose in lines)
    return f"\b\nExamples:\n{shown}"
