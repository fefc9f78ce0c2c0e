"""Which types Trino turns into which by itself, and the type that two of them have in common."""

from authpulse_localstack.athena.types import (
    DATE,
    DIGITS_OF_INTEGERS,
    DOUBLE,
    INTEGERS,
    MAX_DECIMAL,
    REAL,
    UNKNOWN,
    Array,
    Decimal,
    Map,
    Row,
    RowField,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    is_integer,
)


def as_decimal(type_: Type) -> Decimal | None:
    """A decimal type that holds all values of an integer or decimal type."""
    if isinstance(type_, Decimal):
        return type_
    for integer, digits in DIGITS_OF_INTEGERS.items():
        if type_ == integer:
            return Decimal(digits, 0)
    return None


def can_coerce(source: Type, target: Type) -> bool:
    """Whether a value of `source` may stand where `target` is wanted, without a cast."""
    if source == target:
        return True
    if isinstance(source, Varchar) and isinstance(target, Varchar):
        return target.length is None or (source.length is not None and source.length <= target.length)
    return common_type(source, target) == target


def common_type(left: Type, right: Type) -> Type | None:
    """The type both are turned into where they meet (comparison, CASE, UNION, arrays); None if there is none."""
    if left == right:
        return _with_common_zone(left, right)
    match left, right:
        case (_, other) if left == UNKNOWN:
            return other
        case (other, _) if right == UNKNOWN:
            return other
        case Varchar(), Varchar():
            return Varchar(None if left.length is None or right.length is None else max(left.length, right.length))
        case Array(), Array():
            element = common_type(left.element, right.element)
            return Array(element) if element else None
        case Map(), Map():
            key, value = common_type(left.key, right.key), common_type(left.value, right.value)
            return Map(key, value) if key and value else None
        case Row(), Row():
            return _common_row(left, right)
        case Time(), Time():
            return Time(max(left.precision, right.precision))
        case _:
            return _common_number(left, right) or _common_moment(left, right)


def _with_common_zone(left: Type, right: Type) -> Type:
    """Equal types whose zones differ: the zone of the common one is not known."""
    match left, right:
        case ZonedTimestamp(), ZonedTimestamp():
            return ZonedTimestamp(left.precision, left.zone if left.zone == right.zone else None)
        case Array(), Array():
            return Array(_with_common_zone(left.element, right.element))
        case _:
            return left


def _common_row(left: Row, right: Row) -> Row | None:
    if len(left.fields) != len(right.fields):
        return None
    fields = []
    for one, other in zip(left.fields, right.fields, strict=True):
        type_ = common_type(one.type, other.type)
        if type_ is None:
            return None
        fields.append(RowField(one.name if one.name == other.name else None, type_))
    return Row(tuple(fields))


def _common_number(left: Type, right: Type) -> Type | None:
    if is_integer(left) and is_integer(right):
        return max(left, right, key=INTEGERS.index)
    approximate = [t for t in (left, right) if t in (REAL, DOUBLE)]
    if approximate:
        exact = [t for t in (left, right) if t not in (REAL, DOUBLE)]
        if exact and as_decimal(exact[0]) is None:
            return None
        return DOUBLE if DOUBLE in approximate else REAL
    one, other = as_decimal(left), as_decimal(right)
    if one is None or other is None:
        return None
    scale = max(one.scale, other.scale)
    digits = max(one.precision - one.scale, other.precision - other.scale)
    return Decimal(min(MAX_DECIMAL, digits + scale), scale)


def _common_moment(left: Type, right: Type) -> Type | None:
    moments = (left, right)
    if not all(t == DATE or isinstance(t, Timestamp | ZonedTimestamp) for t in moments):
        return None
    precision = max(t.precision for t in moments if isinstance(t, Timestamp | ZonedTimestamp))
    zoned = [t for t in moments if isinstance(t, ZonedTimestamp)]
    if not zoned:
        return Timestamp(precision)
    if len(zoned) == 1:  # a timestamp without a zone is taken in the session's, which is UTC
        return ZonedTimestamp(precision, zoned[0].zone if zoned[0].zone == "UTC" else None)
    return ZonedTimestamp(precision, zoned[0].zone if zoned[0].zone == zoned[1].zone else None)
