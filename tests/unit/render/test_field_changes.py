from dataclasses import replace

import pytest
from hypothesis import given

from fgd_sync.model.change import Write
from fgd_sync.render.field_changes import FieldChange, field_changes
from fgd_sync.render.markdown import render
from render_samples import contents, fabric, plan, report


def changed(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(item.field, item.old, item.new) for item in field_changes(before.encode(), after.encode())]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("spec: {vlan: 12}", "spec: {vlan: 13}", [("vlan", "12", "13")]),
        ("spec: {vlan: 12}", "spec: {}", [("vlan", "12", "")]),
        (
            "spec: {}",
            "spec: {dhcp: {enable: true, start: 10.0.0.5}}",
            [("dhcp", "", "{enable: true, start: 10.0.0.5}")],
        ),
        ("spec: {dhcp: 1}", "spec: {dhcp: true}", [("dhcp", "1", "true")]),
        ("spec: {a: {b.c: x}}", "spec: {a: {b.c: z}}", [('a["b.c"]', "x", "z")]),
        ("metadata: {labels: {team: a}}", "metadata: {labels: {team: b}}", [("metadata.labels.team", "a", "b")]),
        ("spec: {servers: [a, b, c]}", "spec: {servers: [a, c, d]}", [("servers", "b", "d")]),
        ("spec: {servers: [a, b]}", "spec: {servers: [b, a]}", [("servers", "a, b", "b, a")]),
        ("spec: {links: [{p: 1}, {p: 2}]}", "spec: {links: [{p: 1}, {p: 3}]}", [("links[1].p", "2", "3")]),
        ("spec: {links: [{p: 1}]}", "spec: {links: [{p: 1}, {p: 3}]}", [("links", "", "{p: 3}")]),
        ("spec: {vlan: 12} # a", "# b\nspec:\n  vlan: 12\n", []),
        ("spec: {vlan: 12}", "spec: [", []),
        ("spec: {vlan: 12}", "[1]", []),
    ],
)
def test_fields_are_told_with_what_they_were_and_are(
    before: str, after: str, expected: list[tuple[str, str, str]]
) -> None:
    assert changed(before, after) == expected


def test_what_this_program_notes_for_itself_is_no_change() -> None:
    old = "metadata: {annotations: {hnp.githedgehog.com/original-file: a.yaml, mine: 1}}"
    new = "metadata: {annotations: {hnp.githedgehog.com/original-file: b.yaml, mine: 2}}"
    assert changed(old, new) == [("metadata.annotations.mine", "1", "2")]


def test_huge_manifests_are_not_compared() -> None:
    assert field_changes(b"a: 1\n" * 30_000, b"a: 2\n") == []


@given(contents, contents)
def test_any_two_contents_are_compared_without_a_fault(before: bytes, after: bytes) -> None:
    assert all(isinstance(item, FieldChange) for item in field_changes(before, after))
    assert field_changes(after, after) == []


def updated(before: str, after: str) -> str:
    write = Write("managed/vpcs/vpc-1.yaml", after.encode(), before.encode())
    return render(report(replace(fabric(), plan=replace(plan(), changes=(write,)))))


def test_a_changed_resource_is_described_by_its_first_few_fields() -> None:
    text = updated("spec: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1}", "spec: {a: 2, b: 2, c: 2, d: 2, e: 2, g: 2}")
    wanted = ", ".join(f"<code>{name}</code> <code>1</code> → <code>2</code>" for name in "abcd")
    assert f"| to update: {wanted}, and 3 more |" in text


def test_what_was_added_or_removed_is_told_so_and_long_values_are_cut() -> None:
    text = updated("spec: {a: 1}", f"spec: {{b: {'x' * 200}}}")
    assert f"<code>a</code> removed: <code>1</code>, <code>b</code> added: <code>{'x' * 79}…</code>" in text.replace(
        "&#8230;", "…"
    )
