"""Floating-point numbers as Java writes them: in results, and in CAST(… AS varchar), which is another form."""

import math
import struct
from decimal import Decimal


def java_double(value: float) -> str:
    """Double.toString: 0.001, 123.0, 1.0E10, 1.0E-5."""
    return _java(value, repr(value))


def java_real(value: float) -> str:
    """Float.toString, of a value that has been through 32 bits."""
    return _java(value, _shortest_single(value))


def _java(value: float, shortest: str) -> str:
    special = _special(value)
    if special is not None:
        return special
    sign, digits, exponent = _parts(shortest)
    if 1e-3 <= abs(value) < 1e7:
        return f"{sign}{_plain(digits, exponent)}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def scientific(value: float, *, single: bool = False) -> str:
    """CAST(double AS varchar) since Trino 380 or so: 1.5E0, 1.0E10, 0.0E0."""
    special = _special(value)
    if special is not None:
        return f"{special}E0" if special.endswith("0.0") else special
    sign, digits, exponent = _parts(_shortest_single(value) if single else repr(value))
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    return None


def _parts(shortest: str) -> tuple[str, str, int]:
    """Sign, digits without zeros around them, and the exponent of the first digit."""
    sign, digits, exponent = Decimal(shortest).as_tuple()
    text = "".join(map(str, digits))
    first = int(exponent) + len(text) - 1
    return "-" if sign else "", text.rstrip("0") or "0", first


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return f"0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :] or '0'}"


def _shortest_single(value: float) -> str:
    """The fewest digits that give the same 32-bit number."""
    for precision in range(1, 10):
        text = f"{value:.{precision}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", value):
            return text
    return repr(value)
