"""Fabric directories as hypothesis makes them: resources of several kinds, written in messy ways, anywhere."""

import json
from typing import Any

from hypothesis import strategies as st

from fgd_sync.model.tree import Tree
from fgd_sync.yamldoc.emit import emit

names = st.sampled_from([f"{word}-{number}" for word in ("a", "web", "leaf", "x") for number in range(3)])
words = st.sampled_from(
    ["text", "on", "0123", "10:20", "rack A1", "#1", "a: b", "7", "null", "ünï", "two\nlines\n", ""]
)
marks = st.sampled_from(["text", "on", "0123", "10.20", "1e3", "0x1F", "1_000", "7", "null", ""])
labels = st.dictionaries(st.sampled_from(["team", "tier", "env"]), marks, max_size=2)
comment = st.sampled_from(["# why", "# owner: net", "#", "# 50 % # done", "#!x"])


def _resource(group: str, kind: str, name: str, spec: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    version = "v1alpha1" if group == "gateway" else "v1beta1"
    metadata = {"name": name, **extra}
    return {"apiVersion": f"{group}.githedgehog.com/{version}", "kind": kind, "metadata": metadata, "spec": spec}


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    """A resource that is valid by itself."""
    name = draw(names)
    labelled = draw(labels)
    extra: dict[str, Any] = {"labels": labelled} if labelled else {}
    if draw(st.booleans()):
        extra["namespace"] = "default"
    shape = draw(st.sampled_from(["server", "vpc", "group", "vlans", "connection"]))
    if shape == "server":
        return _resource("wiring", "Server", name, {"description": draw(words)}, extra)
    if shape == "group":
        return _resource("wiring", "SwitchGroup", name, {}, extra)
    if shape == "vlans":
        start = draw(st.integers(1, 40))
        return _resource(
            "wiring",
            "VLANNamespace",
            name,
            {"ranges": [{"from": start + 50, "to": start + 90}, {"from": start}]},
            extra,
        )
    if shape == "connection":
        ends = {"server": {"port": f"{name}/enp1"}, "switch": {"port": f"leaf-1/E1/{draw(st.integers(1, 9))}"}}
        return _resource("wiring", "Connection", name, {"unbundled": {"link": ends}}, extra)
    number = draw(st.integers(1, 200))
    subnet: dict[str, Any] = {"subnet": f"10.0.{number}.0/24", "vlan": 1000 + number}
    if draw(st.booleans()):
        subnet["dhcp"] = {"enable": True, "options": {"dnsServers": ["10.0.0.9", "10.0.0.1"]}}
    return _resource("vpc", "VPC", name, {"subnets": {draw(st.sampled_from(["default", "b2", "b10"])): subnet}}, extra)


@st.composite
def written(draw: st.DrawFn, value: dict[str, Any]) -> str:
    """A resource as text, in one of the ways that people write it."""
    style = draw(st.sampled_from(["plain", "json", "commented", "exported", "crlf"]))
    if style == "json":
        return json.dumps(value, indent=draw(st.sampled_from([None, 2]))) + "\n"
    if style == "exported":
        server = {"uid": "1", "creationTimestamp": None, "generation": 3}
        value = {**value, "metadata": {**value["metadata"], **server}, "status": {}}
    text = emit(value)
    if style == "crlf" and "\n\n" not in text and "|" not in text:
        return text.replace("\n", "\r\n")
    if style != "commented":
        return text
    above, after = draw(comment), draw(comment)
    lines = text.split("\n")
    lines[0] += f"  {after}"
    return f"{above}\n" + "\n".join(lines)


bad_documents = st.sampled_from(
    [
        "a: [1\n",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: x-1}\nspec: {subnetz: {}}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        "just text\n",
        "k: {{ .Values.x }}\n",
        "# only a comment\n",
        "",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: Bad_Name}\nspec: {}\n",
    ]
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file with some documents, valid and not."""
    document = resources().flatmap(written) | bad_documents
    texts = draw(st.lists(document, min_size=1, max_size=4))
    return "---\n".join(text if text.endswith("\n") or not text else text + "\n" for text in texts).encode()


paths = st.sampled_from(
    [
        "raw/a.yaml",
        "raw/b.yml",
        "raw/deep/er/c.json",
        "raw/a.yaml.archived",
        "managed/servers/a-0.yaml",
        "managed/vpcs/web-1.yaml",
        "managed/x/odd.yaml",
        "managed/servers/a-1.yaml",
        "unmanaged/a.yaml",
        "stray.yaml",
        "more/stray.yml",
        "raw/notes.txt",
    ]
)
trees = st.dictionaries(paths, files(), min_size=1, max_size=5).map(Tree)
