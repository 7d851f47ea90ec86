"""What a code or a rule means: pages for `fgd explain`, and the documentation pages of all codes and of all rules."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import groupby
from textwrap import fill, indent

from fgd_sync.model.code import CODES, Code
from fgd_sync.render.escape import cut, visible
from fgd_sync.rules.coverage import Row, Where, coverage_rows
from fgd_sync.rules.registry import RULES
from fgd_sync.rules.rule import Mark, Rule

NEEDS: dict[Mark, str] = {
    Mark.LOCAL: "the document alone",
    Mark.REF: "other resources of the fabric",
    Mark.CONFIG: "settings of the fabric (`fabric:` in fgd_config.yaml)",
    Mark.PROFILE: "the switch and its profile",
    Mark.UPDATE: "the version before the change",
}
"""What a rule of each mark looks at."""

_RANGES = {
    "1": "Documents and resources",
    "2": "Fabric directory",
    "3": "Run and configuration",
    "4": "Git and GitHub",
    "5": "The program and its stores",
    "6": "NetBox",
}

_RULES_INTRODUCTION = """\
{count} rules of the fabric that are checked before anything is deployed. `fgd explain RULE` prints an entry;
`ingestion.rules` in fgd_config.yaml makes a rule an `error` or a `warning`, or turns it `off`.

This page is generated from the rules themselves."""


_WHERE: dict[Where, str] = {
    Where.SCHEMA: "The schema of the kind checks it; `fgd schemas show KIND` prints that.",
    Where.READER: "The reader of YAML checks it.",
    Where.PLANNER: "It is checked when all files of the fabric are laid together.",
    Where.OTHER_RULE: "Another rule covers it.",
    Where.NEVER_BROKEN: "Nothing that can be written down breaks it.",
    Where.NOTHING_TO_CHECK: "It says what is allowed: there is nothing to check.",
    Where.NOT_CHECKED: "It cannot be checked without the cluster.",
}
"""Who checks a rule that is no rule of this program, in words."""


def find(word: str, codes: Mapping[str, Code], rules: Mapping[str, Rule]) -> Code | Rule | Row | None:
    """The code or rule that a user means: by its id or name in any case. A `Row`: a rule that others check."""
    wanted = word.strip().upper()
    by_name = {code.name: code for code in codes.values()}
    dashed, underscored = wanted.replace("_", "-"), wanted.replace("-", "_")
    elsewhere = {row.id: row for row in coverage_rows()}
    return rules.get(dashed) or codes.get(underscored) or by_name.get(underscored) or elsewhere.get(dashed)


def explain(word: str, codes: Mapping[str, Code], rules: Mapping[str, Rule]) -> str:
    """The page on a code or rule, or a sentence that it does not exist with the nearest ones that do."""
    found = find(word, codes, rules)
    if found is None:
        return f"{_unknown(word, codes, rules)}\n"
    if isinstance(found, Row):
        return "\n".join(filter(None, (f"{found.id}  {_WHERE[found.where]}", found.remark))) + "\n"
    lines = _code_lines(found) if isinstance(found, Code) else _rule_lines(found)
    return "\n".join(lines) + "\n"


def codes_page(codes: Mapping[str, Code] = CODES) -> str:
    """The documentation page of all codes, in Markdown."""
    lines = [
        "# Codes",
        "",
        "Every finding and every failure carries one. `fgd explain CODE` prints its entry.",
        "",
        "This page is generated from the table that the program uses.",
    ]
    ordered = sorted(codes.values(), key=lambda code: code.id)
    for digit, group in groupby(ordered, key=lambda code: code.id[4]):
        lines += [
            "",
            f"## {_RANGES.get(digit, 'Others')}",
            "",
            "| code | name | meaning | severity | exit status | retry | what to do |",
            f"|{' --- |' * 7}",
        ]
        lines += [_code_row(code) for code in group]
    return "\n".join(lines) + "\n"


def rules_page(rules: Mapping[str, Rule] = RULES) -> str:
    """The documentation page of all rules, in Markdown."""
    topics: dict[str, list[Rule]] = {}
    for rule in rules.values():
        topics.setdefault(rule.id.rpartition("-")[0], []).append(rule)
    lines = ["# Rules", "", _RULES_INTRODUCTION.format(count=len(rules))]
    for topic, members in topics.items():
        lines += ["", f"## {topic}"]
        for rule in members:
            lines += _rule_section(rule)
    return "\n".join(lines) + "\n"


def _unknown(word: str, codes: Mapping[str, Code], rules: Mapping[str, Rule]) -> str:
    known = [*codes, *rules, *(code.name for code in codes.values())]
    near = get_close_matches(word.strip().upper(), known, 3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no code or rule {visible(cut(word, 60))!r}.{hint}"


def _code_lines(code: Code) -> list[str]:
    return [
        f"{code.id}  {code.name}",
        "",
        code.title,
        "",
        *_facts(("severity", code.severity), ("exit status", str(int(code.exit))), ("retry", _retry(code))),
        "",
        "What to do:",
        indent(fill(code.remedy, 96), "  "),
    ]


def _rule_lines(rule: Rule) -> list[str]:
    return [
        f"{rule.id}  {rule.title}",
        "",
        *_facts(*_rule_facts(rule)),
        "",
        "Why:",
        indent(fill(rule.why, 96), "  "),
        *(["", "Before:", indent(rule.before.rstrip(), "  ")] if rule.before else []),
        "",
        "Bad:",
        indent(rule.bad.rstrip(), "  "),
        "",
        "Good:",
        indent(rule.good.rstrip(), "  "),
    ]


def _rule_facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "kinds", ", ".join(rule.kinds) or "all"
    yield "needs", NEEDS[rule.mark]
    yield "severity", rule.severity if rule.default_on else f"off by default, else {rule.severity}"
    if rule.since:
        yield "from release", rule.since
    if rule.until:
        yield "before release", rule.until


def _facts(*pairs: tuple[str, str]) -> Iterable[str]:
    width = max(len(name) for name, _ in pairs)
    return [f"{name.ljust(width)}  {value}" for name, value in pairs]


def _retry(code: Code) -> str:
    return "can help" if code.retryable else "does not help"


def _code_row(code: Code) -> str:
    cells = (code.id, code.name, code.title, code.severity, str(int(code.exit)), _retry(code), code.remedy)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _rule_section(rule: Rule) -> list[str]:
    facts = "; ".join(f"{name}: {value}" for name, value in _rule_facts(rule))
    return [
        "",
        f"### {rule.id} {rule.title}",
        "",
        f"_{facts}_",
        "",
        rule.why,
        *(["", "Before:", "", "```yaml", rule.before.rstrip(), "```"] if rule.before else []),
        "",
        "Bad:",
        "",
        "```yaml",
        rule.bad.rstrip(),
        "```",
        "",
        "Good:",
        "",
        "```yaml",
        rule.good.rstrip(),
        "```",
    ]
