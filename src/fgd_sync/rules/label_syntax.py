"""What Kubernetes accepts as labels and annotations of an object: what is wrong with a key or value, in words.

Source: `ValidateLabels` and `ValidateAnnotations` of k8s.io/apimachinery 0.34.
"""

from functools import lru_cache
from typing import Any

from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import JsonObject

NAME = "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"
MOST_ANNOTATIONS = 256 * 1024
"""Bytes of all keys and values of annotations together."""

_FEW_LETTERS = 4000
"""Annotations of no more letters are certainly small, and keys of no more are worth being remembered."""

_MOST_NAME, _MOST_PREFIX = 63, 253
_MOST_KEY = _MOST_PREFIX + len("/") + _MOST_NAME
_NAME = pattern("[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_PREFIX = pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")


def are_well_formed(metadata: JsonObject) -> bool:
    """Whether Kubernetes certainly accepts the labels and annotations, as far as there are any."""
    labels, annotations = metadata.get("labels"), metadata.get("annotations")
    return (not labels or _are_labels(labels)) and (not annotations or _are_annotations(annotations))


def _are_labels(labels: Any) -> bool:
    if type(labels) is not dict:
        return False
    for key, value in labels.items():  # noqa: SIM110 - done for each document: half the time of `all`
        if wrong_key(key) or type(value) is not str or wrong_value(value):
            return False
    return True


def _are_annotations(annotations: Any) -> bool:
    if type(annotations) is not dict:
        return False
    try:
        letters = len("".join((*annotations, *annotations.values())))
    except TypeError:  # something that is no text
        return False
    if letters <= _FEW_LETTERS:
        return _are_annotation_keys(tuple(annotations))
    return annotations_size(annotations) <= MOST_ANNOTATIONS and not any(map(wrong_annotation_key, annotations))


@lru_cache(maxsize=256)
def _are_annotation_keys(keys: tuple[str, ...]) -> bool:
    return not any(map(wrong_annotation_key, keys))


def wrong_key(key: str) -> str:
    """What is wrong with the key of a label; empty if nothing is."""
    return _wrong_key(key) if len(key) <= _MOST_KEY else f"has {len(key)} characters, more than {_MOST_KEY}"


@lru_cache(maxsize=1024)
def _wrong_key(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return "has more than one '/'"
    if slash and not prefix:
        return "has nothing before its '/'"
    if len(prefix) > _MOST_PREFIX:
        return f"has {len(prefix)} characters before its '/', more than {_MOST_PREFIX}"
    if slash and not _PREFIX.fullmatch(prefix):
        return "has something other than a lower-case DNS name before its '/'"
    if not name:
        return "has nothing behind its '/'" if slash else "is empty"
    return _wrong_name(name)


def wrong_annotation_key(key: str) -> str:
    """What is wrong with the key of an annotation, in which upper-case letters do not matter; empty if nothing is."""
    return wrong_key(key.lower())


def wrong_value(value: str) -> str:
    """What is wrong with the value of a label; empty if nothing is."""
    return _wrong_name(value) if value else ""


def _wrong_name(text: str) -> str:
    if len(text) > _MOST_NAME:
        return f"has {len(text)} characters, more than {_MOST_NAME}"
    if _NAME.fullmatch(text):
        return ""
    return "has other characters than letters, digits, '-', '_' and '.', or one of these three at an end"


def annotations_size(annotations: JsonObject) -> int:
    """How many bytes the keys and values of annotations have that are text."""
    texts = (text for pair in annotations.items() for text in pair if type(text) is str)
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
