"""Durations as Go reads and prints them (time.ParseDuration, Duration.String), since the gateway API stores them so."""

from fgd_sync.model.pattern import pattern

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_PART = pattern(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_LIMIT = 1 << 63
_SECOND = 10**9


def parse_duration(text: str) -> int | None:
    """The nanoseconds of a duration such as `1h30m`, `-1.5h` or `0`; None if Go would not read it."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    total, position = 0, 0
    while position < len(unsigned):
        part = _PART.match(unsigned, position)
        if part is None or not (part[1] or part[2]):
            return None
        amount = _nanoseconds(part[1], part[2] or "", _UNITS[part[3]])
        if amount is None or total + amount > _LIMIT:
            return None
        total, position = total + amount, part.end()
    negative = text.startswith("-")
    if not unsigned or (total == _LIMIT and not negative):
        return None
    return -total if negative else total


def format_duration(nanoseconds: int) -> str:
    """A duration as Go prints it: `2m0s`, `1h30m0s`, `1.5s`, `100ms`, `0s`."""
    if not nanoseconds:
        return "0s"
    sign, rest = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    if rest < _SECOND:
        unit = "ns" if rest < 10**3 else "µs" if rest < 10**6 else "ms"
        return f"{sign}{_decimal(rest, _UNITS[unit])}{unit}"
    minutes, rest = divmod(rest, 60 * _SECOND)
    hours, minutes = divmod(minutes, 60)
    large = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{large}{_decimal(rest, _SECOND)}s"


def _nanoseconds(whole: str, fraction: str, unit: int) -> int | None:
    value = int(whole or "0") if len(whole) <= 4000 else _LIMIT
    if value > _LIMIT // unit:
        return None
    digits, scale = _leading(fraction)
    # Go computes the fraction in floating point and cuts it off; the same numbers come out here.
    total = value * unit + int(float(digits) * (float(unit) / scale))
    return total if total <= _LIMIT else None


def _leading(fraction: str) -> tuple[int, float]:
    """The digits of a fraction that fit 63 bits, and the power of ten they are to be divided by."""
    digits, scale = 0, 1.0
    for digit in fraction:
        if digits > (_LIMIT - 1) // 10 or digits * 10 + int(digit) > _LIMIT:
            break
        digits, scale = digits * 10 + int(digit), scale * 10
    return digits, scale


def _decimal(amount: int, unit: int) -> str:
    whole, rest = divmod(amount, unit)
    digits = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
