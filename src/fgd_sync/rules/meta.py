"""Rules on names, namespaces, labels and annotations, for every kind.

Duplicate keys, unknown fields and duplicates are found elsewhere.
"""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.label_syntax import (
    MOST_ANNOTATIONS,
    NAME,
    annotations_size,
    wrong_annotation_key,
    wrong_key,
    wrong_value,
)
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = pattern(rf"{_LABEL}(?:\.{_LABEL})*")
_LABEL_VALUE = pattern("[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_KEY = f"Write {NAME}; a lower-case DNS name and '/' may stand before that."
_LABELLED_KINDS = ("Switch", "Server", "SwitchGroup", "VLANNamespace")


@rule("META-001", "Names are lower-case DNS names")
def name_form(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: Kubernetes and the fabric's webhooks refuse any other name.

    Bad:
        metadata: {name: Server_01}
    Good:
        metadata: {name: server-01}
    """
    name = resource.at("metadata", "name")
    if name.is_unset:
        yield name.finding("the resource has no name", "Write its name under metadata.name.")
    elif name.text and not SUBDOMAIN.fullmatch(name.text):
        yield name.finding(
            f"the name {name.text!r} is not a lower-case DNS name",
            "Use a-z, 0-9, '-' and '.' only; each part between dots begins and ends with a letter or digit.",
        )


@rule("META-002", "Names have at most 253 characters")
def name_length(resource: Node, _: Context) -> Iterator[Finding]:
    r"""Why: Kubernetes refuses longer names.

    Bad:
        metadata:
          name: "server-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789\
            -0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789\
            -0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789"
    Good:
        metadata: {name: server-0123456789}
    """
    name = resource.at("metadata", "name")
    if len(name.text) > 253:
        yield name.finding(f"the name has {len(name.text)} characters, more than 253", "Shorten the name.")


@rule("META-003", "The namespace is `default`")
def namespace(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric's controllers work in the namespace `default` only and refuse objects of any other.

    Bad:
        metadata: {name: server-01, namespace: fab}
    Good:
        metadata: {name: server-01, namespace: default}
    """
    place = resource.at("metadata", "namespace")
    if place.text and place.text != "default":
        yield place.finding(
            f"the namespace is {place.text!r}; the fabric accepts only 'default'", "Write `namespace: default`."
        )


@rule("META-004", "Names that become labels have at most 63 characters", *_LABELLED_KINDS)
def label_length(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: the controller writes these names into labels of what refers to them, and labels are short.

    Bad:
        kind: Server
        metadata: {name: rack-0123456789-0123456789-0123456789-0123456789-0123456789-server}
    Good:
        kind: Server
        metadata: {name: rack-0123456789-server}
    """
    name = resource.at("metadata", "name")
    if 63 < len(name.text) <= 253:
        yield name.finding(
            f"the name has {len(name.text)} characters; as part of a label it may have 63", "Shorten the name."
        )


@rule(
    "META-005",
    "Connections that are attached have names of at most 63 characters",
    "VPCAttachment",
    "ExternalAttachment",
)
def connection_label(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the name becomes a label of the attachment, and Kubernetes refuses longer label values.

    Bad:
        spec:
          subnet: vpc-1/default
          connection: server-0123456789-0123456789-0123456789--eslag--leaf-0123456789--leaf-0123456789
    Good:
        spec: {subnet: vpc-1/default, connection: server-01--eslag--leaf-01--leaf-02}
    """
    name = attachment.at("spec", "connection")
    if len(name.text) > 63:
        yield name.finding(
            f"the Connection's name has {len(name.text)} characters; one that is attached may have 63",
            "Rename the Connection to something shorter.",
        )


@rule("META-006", "The subnet of an attachment can be a label value", "VPCAttachment")
def subnet_label(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the controller writes the subnet's name into a label of the attachment.

    Bad:
        spec: {subnet: vpc-1/front end, connection: server-01--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/front-end, connection: server-01--unbundled--leaf-01}
    """
    subnet = attachment.at("spec", "subnet")
    name = subnet.text.partition("/")[2]
    if name and "/" not in name and not _LABEL_VALUE.fullmatch(name):
        yield subnet.finding(
            f"the subnet name {name!r} cannot be a label value",
            "Use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit.",
        )


@rule("META-011", "Labels are as Kubernetes allows them")
def label_form(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: Kubernetes refuses the resource. What has blanks or is longer can be an annotation.

    Bad:
        metadata:
          name: server-01
          labels: {location: rack 7, example.com/room/row: "3"}
    Good:
        metadata:
          name: server-01
          labels: {location: rack-7, example.com/row: "3"}
    """
    for label in resource.at("metadata", "labels").entries:
        if wrong := wrong_key(label.key):
            yield label.finding(f"the key of the label {_shown(label)} {wrong}", _KEY, at_key=True)
        if wrong := wrong_value(label.text):
            remedy = f"Write {NAME}, or make it an annotation."
            yield label.finding(f"the value of the label {_shown(label)} {wrong}", remedy)


@rule("META-012", "Annotations are as Kubernetes allows them")
def annotation_form(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: Kubernetes refuses the resource. Its annotations may have 256 KiB together, with their keys.

    Bad:
        metadata:
          name: server-01
          annotations: {asset tag: A 4711}
    Good:
        metadata:
          name: server-01
          annotations: {asset-tag: A 4711}
    """
    annotations = resource.at("metadata", "annotations")
    for note in annotations.entries:
        if wrong := wrong_annotation_key(note.key):
            yield note.finding(f"the key of the annotation {_shown(note)} {wrong}", _KEY, at_key=True)
    size = annotations_size(annotations.value) if annotations.is_mapping else 0
    if size > MOST_ANNOTATIONS:
        message = f"the annotations have {size} bytes, more than {MOST_ANNOTATIONS}"
        yield annotations.finding(message, "Keep what is long in a file of its own.", at_key=True)


_SHOWN = 60


def _shown(entry: Node) -> str:
    """A key, not all of it where it is long."""
    return repr(entry.key if len(entry.key) <= _SHOWN else f"{entry.key[:_SHOWN]}…")
