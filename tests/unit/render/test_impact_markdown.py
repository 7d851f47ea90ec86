"""An impact as Markdown and as a Mermaid flowchart, with friendly and with hostile names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fgd_sync.model.impact import Count, Edge, How, Impact, Node, Touched, Traffic
from fgd_sync.render.impact_markdown import impact_markdown
from fgd_sync.render.impact_mermaid import MOST_NODES, flowchart
from render_samples import hostile

GITHUB = MarkdownIt("gfm-like", {"linkify": False})

LABEL = r'"(?:[A-Za-z0-9 ,/-]|#[0-9]+;)+"'
CLASS = r"(?:created|deleted|changed|affected)"
SHAPE = rf"(?:\[{LABEL}\]|\({LABEL}\)|\(\[{LABEL}\]\)|\{{\{{{LABEL}\}}\}}|\[\[{LABEL}\]\])"
STYLE = r"[a-z-]+:[#a-z0-9 ]+(?:,[a-z-]+:[#a-z0-9 ]+)*"
STATEMENT = re.compile(
    rf"  (?:n[0-9]+{SHAPE}(?::::{CLASS})?|n[0-9]+ ---\|{LABEL}\| n[0-9]+"
    rf"|linkStyle [0-9]+(?:,[0-9]+)* {STYLE}|classDef {CLASS} {STYLE})"
)
"""The few statements of Mermaid that we write."""

WEB, DB, LEAF = Node("VPC", "web"), Node("VPC", "db"), Node("Switch", "leaf-01")
SMALL = Impact(
    touched=(
        Touched("VPC", "web", How.CREATED),
        Touched("VPC", "db", How.AFFECTED, "VPCPeering p is created"),
        Touched("subnet", "web/front", How.CREATED),
        Touched("port", "leaf-01/E1/5", How.AFFECTED, "VPCAttachment x is created"),
    ),
    counts=(
        Count("VPC", How.CREATED, 1),
        Count("VPC", How.AFFECTED, 1),
        Count("subnet", How.CREATED, 1),
        Count("port", How.AFFECTED, 12),
    ),
    gained=(Traffic("web (all 3 subnets)", "db/main", "VPCPeering p"),),
    lost=(Traffic("web/front", "10.9.0.0/16 of External isp", "ExternalPeering q", directly=True),),
    attachments=("server-01 gets VLAN 1001 of web/front (tagged) on leaf-01/E1/5",),
    notes=("DHCP of web/front is turned on",),
    nodes=((WEB, How.CREATED), (DB, How.AFFECTED)),
    edges=(Edge(WEB, DB, "peering", How.CREATED), Edge(WEB, LEAF, "front", How.AFFECTED)),
    left_out=(("note", 3),),
)


def test_an_impact_is_a_table_sentences_and_a_diagram() -> None:
    assert (
        impact_markdown(SMALL, limit_bytes=10_000)
        == """\
### What this changes in the fabric

| What | Touched | How |
| --- | --- | --- |
| <code>VPC</code> | <code>web</code> | 1 created |
| <code>VPC</code> | <code>db</code> | 1 affected: VPCPeering p is created |
| VPC subnet | <code>web/front</code> | 1 created |
| switch port | <code>leaf-01/E1/5</code> and 11 more | 12 affected: VPCAttachment x is created |

**Traffic now allowed**

- web (all 3 subnets) and db/main can now reach one another (VPCPeering p)

**Traffic no longer allowed**

- web/front and 10.9.0.0/16 of External isp can no longer reach one another directly (so far&#58; ExternalPeering q)

**Ports**

- server-01 gets VLAN 1001 of web/front (tagged) on leaf-01/E1/5

**Worth a look**

- DHCP of web/front is turned on

```mermaid
flowchart LR
  n1(["VPC web"]):::created
  n2(["VPC db"]):::affected
  n3["Switch leaf-01"]
  n1 ---|"peering"| n2
  n1 ---|"front"| n3
  linkStyle 0 stroke:#1a7f37,stroke-width:2px
  classDef created fill:#dafbe1,stroke:#1a7f37,color:#1f2328
  classDef deleted fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:5 5
  classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328
  classDef affected fill:#f6f8fa,stroke:#59636e,color:#1f2328
```

_Left out for size: 3 notes._
"""
    )


@pytest.mark.parametrize("note", ["- x", "1. x", "# x", "+ x", "    x", "> x", "=== x", "`x` y", "---"])
def test_a_sentence_that_begins_like_markup_is_a_sentence(note: str) -> None:
    html = GITHUB.render(impact_markdown(Impact(notes=(note,)), limit_bytes=1000))
    assert re.findall(r"<li>(.*)</li>", html)
    assert set(re.findall(r"<(\w+)", html.partition("Worth a look")[2])) <= {"ul", "li", "code"}


def test_an_empty_impact_is_no_text() -> None:
    assert impact_markdown(Impact(), limit_bytes=1000) == ""


def test_a_large_diagram_says_what_it_leaves_out() -> None:
    servers = [Node("Server", f"server-{number:02}") for number in range(60)]
    edges = tuple(Edge(LEAF, server, "unbundled", How.CREATED) for server in servers)
    nodes = tuple((server, How.CREATED) for server in servers)
    lines, left_out = flowchart(Impact(nodes=nodes, edges=edges, left_out=(("diagram edge", 100), ("diagram node", 1))))
    assert sum(":::" in line or '["' in line for line in lines) == MOST_NODES
    assert left_out == "The diagram leaves out 22 nodes and 121 lines."


@pytest.mark.parametrize("limit", [1000, 1500, 2000, 3000, 60_000])
def test_the_text_stays_within_its_limit_and_counts_what_is_missing(limit: int) -> None:
    sentences = tuple(f"server-{number:03} loses VLAN 1001 of web/front" for number in range(200))
    found = Impact(SMALL.touched, SMALL.counts, SMALL.gained, SMALL.lost, sentences, SMALL.notes, SMALL.nodes)
    text = impact_markdown(found, limit_bytes=limit)
    assert len(text.encode()) <= limit
    shown = text.count("loses VLAN")
    assert shown == 200 or f"{200 - shown} port sentences" in text


many = st.lists(hostile, min_size=1, max_size=4)


@st.composite
def hostile_impacts(draw: st.DrawFn) -> Impact:
    names = draw(many)
    hows = st.sampled_from(How)
    nodes = [Node(draw(st.sampled_from(["VPC", "Server", "Gateway", "External", "Switch"])), name) for name in names]
    return Impact(
        touched=tuple(
            Touched(draw(st.sampled_from(["VPC", "port", name])), name, How.AFFECTED, name) for name in names
        ),
        counts=(Count("VPC", How.AFFECTED, 4), Count("port", How.AFFECTED, 9), Count(names[0], How.AFFECTED, 4)),
        gained=tuple(Traffic(name, names[0], name) for name in names),
        lost=(Traffic(names[-1], "", "within the VPC"),),
        attachments=tuple(names),
        notes=tuple(names),
        nodes=tuple((node, draw(hows)) for node in nodes),
        edges=tuple(Edge(nodes[0], node, name, draw(hows)) for node, name in zip(nodes, names, strict=True)),
    )


@given(hostile_impacts())
def test_names_break_neither_table_nor_lists_nor_diagram(found: Impact) -> None:
    text = impact_markdown(found, limit_bytes=60_000)
    html = GITHUB.render(text)
    assert html.count("<tr>") == 1 + len(found.counts)
    assert html.count("<td>") == 3 * len(found.counts)
    entries = len(found.gained) + len(found.lost) + len(found.attachments) + len(found.notes)
    assert html.count("<li>") == entries
    assert html.count("<pre>") == 1
    known = {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "p", "strong", "ul", "li", "pre"}
    assert set(re.findall(r"</?(\w+)", html)) <= known


@given(hostile_impacts())
def test_the_diagram_has_known_statements_only(found: Impact) -> None:
    lines, _ = flowchart(found)
    assert lines[0] == "flowchart LR"
    wrong = [line for line in lines[1:] if not STATEMENT.fullmatch(line)]
    assert not wrong
    declared = {line.split("(")[0].split("[")[0].split("{")[0].strip() for line in lines[1:] if "---" not in line}
    used = {
        name
        for line in lines
        if "---" in line
        for name in re.findall(r"^  (n\d+)|(n\d+)$", line)
        for name in name
        if name
    }
    assert used <= declared
    numbers = [
        int(number)
        for line in lines
        if line.startswith("  linkStyle")
        for number in re.findall(r"\d+", line.split()[1])
    ]
    assert all(number < sum("---" in line for line in lines) for number in numbers)
