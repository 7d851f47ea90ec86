"""Plain scalars to values, as goyaml.v2 under `sigs.k8s.io/yaml` resolves them.

Source: `resolve.go` of sigs.k8s.io/yaml v1.4.0. Booleans and numbers of YAML 1.1 without base 60; dates stay
strings; a number that would overflow a double stays a string.
"""

import binascii
import math
import re
import struct
from functools import lru_cache
from typing import Any

from fgd_sync.model.pattern import pattern

TAG = "tag:yaml.org,2002:"

HINTS = frozenset("0123456789+-.yYnNtTfFoO~")
"""A plain scalar that begins with none of these is a string."""

WORDS: dict[str, Any] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

_INTEGER = pattern(r"([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|(0|[1-9][0-9]*))\Z")
_SIGNED_BINARY = pattern(r"0b([-+][01]+)\Z")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_BASES = (2, 8, 16, 10)
_TIMESTAMP = pattern(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?: (?!.*[Z+-])|[Tt](?=.*[Z+-]))([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?:Z|[-+][0-9]{2}:[0-9]{2})?)?\Z"
)
_LONGEST_CACHED = 64
_LONG_NUMBER = 19
"""A number of fewer digits is an integer of the cluster in any case."""


class TagMismatchError(ValueError):
    """A scalar does not have the form that its explicit tag demands."""


def plain(text: str) -> Any:
    """The value of an untagged plain scalar. NaN and infinities come out as floats: the caller refuses them."""
    if text[:1] not in HINTS and text:
        return text
    if "/" in text or text.count(".") > 1:  # an address, as most texts that begin with a digit are
        return text
    if "1" <= text[:1] <= "9" and len(text) < _LONG_NUMBER and text.isdecimal() and text.isascii():
        return int(text)
    return _plain(text) if len(text) <= _LONGEST_CACHED else as_json(resolve(text))


def as_json(value: Any) -> Any:
    """A resolved value as JSON numbers compare: a float that is a whole number below 2**63 is an integer."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    return value


def tagged(tag: str, text: str) -> Any:
    """The resolved value of a scalar with an explicit tag; tags that this program does not know are ignored.

    Raises TagMismatchError where the cluster's parser refuses the text for the tag.
    """
    name = tag.removeprefix(TAG)
    if name == "binary":
        return _binary(text)
    if name == "timestamp":
        return _timestamp(text)
    if name not in _CHECKS or name == tag:
        return text
    value = resolve(text)
    if name == "float" and type(value) is int and value < 2**63:
        value = float(value)
    if not _CHECKS[name](value):
        raise TagMismatchError(f"`{_short(text)}` is not what its tag !!{name} says")
    return value


def key_text(value: Any) -> str | None:
    """The string that a resolved key becomes in JSON; None where the cluster's parser refuses such a key."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value) if value < 2**63 else None
    return float_text(value) if isinstance(value, float) else None


def float_text(number: float) -> str:
    """A float key as Go prints it: the shortest text for a 32-bit float, an exponent from 1e+06 on and below 1e-4."""
    try:
        single: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        single = math.copysign(math.inf, number)
    if not math.isfinite(single):
        return ".nan" if math.isnan(single) else ".inf" if single > 0 else "-.inf"
    mantissa, _, exponent = _shortest(single).partition("e")
    power = int(exponent)
    if power < -4 or power >= 6:
        return f"{mantissa}e{power:+03d}"
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, rest = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _shortest(single: float) -> str:
    for places in range(9):
        text = f"{single:.{places}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            return text
    return f"{single:.8e}"


def resolve(text: str) -> Any:
    """What a plain scalar stands for before JSON: floats are floats even where they are whole numbers."""
    if text in WORDS:
        return WORDS[text]
    head = text[:1]
    if head == ".":
        return _float(text) if _FLOAT.match(text) else text
    if head in "0123456789+-":
        return _number(text)
    return text


@lru_cache(maxsize=4096)
def _plain(text: str) -> Any:
    return as_json(resolve(text))


def _number(text: str) -> Any:
    digits = text.replace("_", "")
    found = _INTEGER.match(digits)
    if found:
        value = _integer(found)
        if value is not None:
            return value
    if _FLOAT.match(digits):
        return _float(digits, text)
    signed = _SIGNED_BINARY.match(digits)
    if signed and -(2**63) <= int(signed[1], 2) < 2**63:
        return int(signed[1], 2)
    return text


def _integer(found: re.Match[str]) -> int | None:
    sign, *groups = found.groups()
    for base, digits in zip(_BASES, groups, strict=True):
        if digits is not None and len(digits) <= _LONGEST_CACHED:
            value = int(digits, base) * (-1 if sign == "-" else 1)
            limit = 2**63 if sign else 2**64
            return value if -(2**63) <= value < limit else None
    return None


def _float(text: str, original: str = "") -> Any:
    value = float(text)
    if math.isinf(value):
        return original or text
    return value


def _binary(text: str) -> str:
    try:
        from base64 import b64decode

        data = b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise TagMismatchError("The text after !!binary is not base64") from None
    return re.sub("[\udc80-\udcff]", "\ufffd", data.decode("utf-8", "surrogateescape"))


def _timestamp(text: str) -> str:
    found = _TIMESTAMP.match(text)
    if not found or not _is_date(found):
        raise TagMismatchError(f"`{_short(text)}` is not what its tag !!timestamp says")
    return text


def _is_date(found: re.Match[str]) -> bool:
    year, month, day = (int(part) for part in found.groups()[:3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    hour, minute, second = (int(part or 0) for part in found.groups()[3:])
    return 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second < 60


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


_CHECKS: dict[str, Any] = {
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: type(value) is int,
    "float": lambda value: isinstance(value, float),
    "null": lambda value: value is None,
}
