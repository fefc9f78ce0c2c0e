"""Trino's functions that take more than one of DuckDB's: macros of the shared database, by the name trino_….

A failure inside one is written as in `translate.typed.fail_when`: a cast that cannot succeed, the error in its text.
"""

from typing import Final

from authpulse_localstack.athena.translate.typed import fail_when


def _argument(condition: str, message: str, otherwise: str) -> str:
    return fail_when(condition, "INVALID_FUNCTION_ARGUMENT", message, otherwise)


_TEXT: Final = {
    "trino_whitespace()": "e' \\t\\n\\r\\f\\x0b'",
    "trino_substr(s, start, size)": (
        "CASE WHEN start = 0 OR abs(start) > length(s) OR size <= 0 THEN '' "
        "WHEN size IS NULL THEN substr(s, start) ELSE substr(s, start, size) END"
    ),
    "trino_replace(s, old, new)": (
        "CASE WHEN old = '' THEN new || array_to_string(list_transform(string_split(s, ''), lambda c: c || new), '') "
        "ELSE replace(s, old, new) END"
    ),
    "trino_codepoint(s)": _argument("length(s) <> 1", "'Input string must be a single character string'", "unicode(s)"),
    "trino_concat_ws(separator, parts)": "coalesce(array_to_string(parts[2:], separator), left(separator, 0))",
    "trino_join(parts, delimiter)": "CASE WHEN delimiter IS NOT NULL AND parts IS NOT NULL "
    "THEN coalesce(array_to_string(parts, delimiter), '') END",
    "trino_nth_position(s, part, n)": _argument(
        "n = 0",
        "'''instance'' must not be zero.'",
        "CASE WHEN len(string_split(s, part)) <= abs(n) THEN 0 WHEN n > 0 "
        "THEN length(array_to_string(string_split(s, part)[1:n], part)) + 1 "
        "ELSE length(array_to_string(string_split(s, part)[1:len(string_split(s, part)) + n], part)) + 1 END",
    ),
    "trino_split(s, delimiter, size)": _argument(
        "size <= 0",
        "'Limit must be positive'",
        "CASE WHEN len(string_split(s, delimiter)) <= size THEN string_split(s, delimiter) "
        "ELSE string_split(s, delimiter)[1:size - 1] || "
        "[array_to_string(string_split(s, delimiter)[size:], delimiter)] END",
    ),
    "trino_split_part(s, delimiter, n)": _argument(
        "n <= 0",
        "'Index must be greater than zero'",
        "CASE WHEN n <= len(string_split(s, delimiter)) THEN split_part(s, delimiter, CAST(n AS INTEGER)) END",
    ),
    "trino_split_to_map(s, entries, pairs)": _argument(
        "s <> '' AND len(list_filter(string_split(s, entries), lambda p: len(string_split(p, pairs)) <> 2)) > 0",
        "'Key-value delimiter must appear exactly once in each entry. Bad input: ' || s",
        "CASE WHEN s = '' THEN CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) "
        "ELSE map(list_transform(string_split(s, entries), lambda p: split_part(p, pairs, 1)), "
        "list_transform(string_split(s, entries), lambda p: split_part(p, pairs, 2))) END",
    ),
    "trino_hamming(a, b)": _argument(
        "length(a) <> length(b)",
        "'The input strings to hamming_distance function must have the same length'",
        "CAST(hamming(a, b) AS BIGINT)",
    ),
    "trino_regexp_extract(s, pattern)": "CASE WHEN regexp_matches(s, pattern) THEN regexp_extract(s, pattern) END",
}

_NUMBERS: Final = {
    "trino_cbrt(x)": "CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END",
    "trino_shift_left(x, n)": "CASE WHEN n >= 64 THEN 0 ELSE x << n END",
    "trino_shift_right(x, n)": fail_when(
        "x < 0 AND n > 0",
        "NOT_SUPPORTED",
        "'bitwise_right_shift of a negative number'",
        "CASE WHEN n >= 64 THEN 0 ELSE x >> n END",
    ),
    "trino_bit_count(x, bits)": _argument(
        "bits < 2 OR bits > 64",
        "'Bits specified in bit_count must be between 2 and 64, got ' || bits",
        "CAST(bit_count(CASE WHEN bits = 64 THEN x ELSE x & ((1::BIGINT << bits) - 1) END) AS BIGINT)",
    ),
    "trino_width_bucket(x, low, high, buckets)": _argument(
        "buckets <= 0 OR low = high",
        "'bucketCount must be greater than 0, and bounds cannot equal each other'",
        "CASE WHEN low < high AND x < low OR low > high AND x > low THEN 0 "
        "WHEN low < high AND x >= high OR low > high AND x <= high THEN buckets + 1 "
        "ELSE CAST(floor(buckets * (x - low) / (high - low)) AS BIGINT) + 1 END",
    ),
    # a and b are decimals; their quotient times 10^scale is n * 10^shift / d, half up
    "trino_unscaled(x)": "CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
    "trino_half_up(n, d)": "(sign(n) * sign(d) * ((abs(n) * 2 + abs(d)) // (abs(d) * 2)))",
    "trino_digits(n, scale)": (
        "lpad(CAST(abs(n) AS VARCHAR), CAST(greatest(scale + 1, length(CAST(abs(n) AS VARCHAR))) AS INTEGER), '0')"
    ),
    "trino_scaled(n, scale)": (
        "CASE WHEN n < 0 THEN '-' ELSE '' END || CASE WHEN scale = 0 THEN trino_digits(n, 0) ELSE "
        "left(trino_digits(n, scale), length(trino_digits(n, scale)) - scale) || '.' || "
        "right(trino_digits(n, scale), CAST(scale AS INTEGER)) END"
    ),
    "trino_decimal_quotient(a, b, shift, scale)": (
        "trino_scaled(CASE WHEN trino_unscaled(b) = 0 THEN 1 // (trino_unscaled(b) * 0) ELSE trino_half_up("
        "trino_unscaled(a) * CAST(rpad('1', CAST(shift + 1 AS INTEGER), '0') AS HUGEINT), trino_unscaled(b)) END, "
        "scale)"
    ),
    "trino_decimal_average(total, n)": (
        "CASE WHEN n > 0 THEN trino_scaled(trino_half_up(trino_unscaled(total), CAST(n AS HUGEINT)), "
        "CAST(length(split_part(CAST(total AS VARCHAR), '.', 2)) AS INTEGER)) END"
    ),
    "trino_population_skewness(sample, n)": "CASE WHEN n > 2 THEN sample * (n - 2) / sqrt(n * (n - 1.0::DOUBLE)) END",
}

_MISSING: Final = "list_count(a) <> len(a)"  # the array has a NULL in it
_ARRAYS: Final = {
    "trino_contains(a, x)": (
        f"CASE WHEN list_contains(a, x) THEN true WHEN x IS NULL OR {_MISSING} THEN NULL ELSE false END"
    ),
    "trino_has(a, x)": f"CASE WHEN x IS NULL THEN {_MISSING} ELSE list_contains(a, x) END",
    "trino_first_of(a, x)": (
        "CASE WHEN x IS NULL THEN list_position(list_transform(a, lambda y: y IS NULL), true) "
        "ELSE list_position(a, x) END"
    ),
    "trino_distinct(a)": "list_filter(a, lambda x, i: trino_first_of(a, x) = i)",
    "trino_intersect(a, b)": (
        "CASE WHEN b IS NOT NULL THEN trino_distinct(list_filter(a, lambda x: trino_has(b, x))) END"
    ),
    "trino_except(a, b)": (
        "CASE WHEN b IS NOT NULL THEN trino_distinct(list_filter(a, lambda x: NOT trino_has(b, x))) END"
    ),
    "trino_overlap(a, b)": (
        "CASE WHEN len(list_filter(a, lambda x: list_contains(b, x))) > 0 THEN true "
        f"WHEN (len(b) > 0 AND {_MISSING}) OR (len(a) > 0 AND list_count(b) <> len(b)) THEN NULL "
        "WHEN a IS NOT NULL AND b IS NOT NULL THEN false END"
    ),
    "trino_position(a, x)": (
        "CASE WHEN a IS NOT NULL AND x IS NOT NULL THEN CAST(coalesce(list_position(a, x), 0) AS BIGINT) END"
    ),
    "trino_remove(a, x)": "CASE WHEN x IS NOT NULL THEN list_filter(a, lambda y: y IS DISTINCT FROM x) END",
    "trino_element_at(a, n)": _argument("n = 0", "'SQL array indices start at 1'", "a[n]"),
    "trino_slice(a, start, size)": _argument(
        "start = 0 OR size < 0",
        "CASE WHEN start = 0 THEN 'SQL array indices start at 1' ELSE 'length must be greater than or equal to 0' END",
        "CASE WHEN size = 0 OR start > len(a) OR -start > len(a) THEN a[1:0] "
        "WHEN start > 0 THEN a[start:start + size - 1] "
        "ELSE a[len(a) + start + 1:len(a) + start + size] END",
    ),
    "trino_trim_array(a, n)": _argument(
        "n < 0 OR n > len(a)", "'size must not exceed array cardinality ' || len(a) || ': ' || n", "a[1:len(a) - n]"
    ),
    "trino_repeat(x, n)": _argument(
        "n > 10000",
        "'count argument of repeat function must be less than or equal to 10000'",
        "list_transform(range(n), lambda i: x)",
    ),
    "trino_any(a)": (
        f"CASE WHEN list_contains(a, true) THEN true WHEN {_MISSING} THEN NULL WHEN a IS NOT NULL THEN false END"
    ),
    "trino_all(a)": (
        f"CASE WHEN list_contains(a, false) THEN false WHEN {_MISSING} THEN NULL WHEN a IS NOT NULL THEN true END"
    ),
    "trino_sequence(start, stop, step)": _argument(
        "step = 0 OR (step > 0 AND start > stop) OR (step < 0 AND start < stop) OR (stop - start) // step >= 10000",
        "CASE WHEN step = 0 THEN 'step must not be zero' WHEN (step > 0) = (start > stop) THEN 'sequence stop value "
        "should be greater than or equal to start value if step is greater than zero otherwise stop should be less "
        "than or equal to start' ELSE 'result of sequence function must not have more than 10000 entries' END",
        "generate_series(start, stop, step)",
    ),
    "trino_map_of(pairs)": (
        "map_from_entries(list_filter(pairs, lambda e, i: e.key IS NOT NULL AND "
        "list_position(list_transform(pairs, lambda o: o.key), e.key) = i))"
    ),
    "trino_keys_of(pairs)": (
        "trino_distinct(list_filter(list_transform(pairs, lambda e: e.key), lambda k: k IS NOT NULL))"
    ),
    "trino_multimap_of(pairs)": (
        "map(trino_keys_of(pairs), list_transform(trino_keys_of(pairs), lambda k: "
        "list_transform(list_filter(pairs, lambda e: e.key = k), lambda e: e.value)))"
    ),
}

_JSON: Final = {
    "trino_json_scalar_at(j, p)": (
        "CASE json_type(j, p) WHEN 'DOUBLE' THEN trino_json_number_at(j, p) "
        "WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL ELSE json_extract_string(j, p) END"
    ),
    "trino_json_scalar(j)": "trino_json_scalar_at(j, '$')",
    "trino_json_size(j, p)": (
        "CASE json_type(j, p) WHEN 'OBJECT' THEN len(json_keys(j, p)) "
        "WHEN 'ARRAY' THEN CAST(json_array_length(j, p) AS BIGINT) WHEN NULL THEN NULL "
        "ELSE CASE WHEN json_exists(j, p) THEN 0 END END"
    ),
    "trino_json_length(j)": (
        "CASE WHEN json_valid(j) THEN "
        "CASE WHEN json_type(j) = 'ARRAY' THEN CAST(json_array_length(j) AS BIGINT) END END"
    ),
    "trino_is_json_scalar(j)": _argument(
        "NOT json_valid(j)", "'Invalid JSON value: ' || j", "json_type(j) NOT IN ('OBJECT', 'ARRAY')"
    ),
    "trino_json_at(j, n)": (
        "CASE WHEN json_valid(j) THEN CASE WHEN json_type(j) = 'ARRAY' THEN "
        "CAST(TRY_CAST(j AS JSON[])[CASE WHEN n >= 0 THEN n + 1 ELSE n END] AS VARCHAR) END END"
    ),
    "trino_json_contains(j, x)": (
        "CASE WHEN json_valid(j) THEN CASE WHEN json_type(j) = 'ARRAY' THEN "
        "list_contains(list_transform(TRY_CAST(j AS JSON[]), lambda e: CAST(e AS VARCHAR)), "
        "CAST(to_json(x) AS VARCHAR)) "
        "END END"
    ),
    "trino_json_parse(j)": _argument(
        "NOT json_valid(j)", "'Cannot convert value to JSON: ''' || j || ''''", "trino_json_canonical(j)"
    ),
}

_UTC_ZONE: Final = r"(Z|z|[+-]00(:?00)?)?"
_ANY_ZONE: Final = r"(Z|z|[+-]\d{2}(:?\d{2})?)?"
_ISO: Final = r"\d{4}(-\d{2}(-\d{2})?)?(T(\d{2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?)?)?{zone})?"
_TIME: Final = {
    "trino_iso_date(s)": _argument(
        r"NOT regexp_full_match(s, '\d{4}-\d{2}-\d{2}')", "'Invalid format: \"' || s || '\"'", "CAST(s AS DATE)"
    ),
    "trino_iso_offset(s)": (
        r"CASE WHEN NOT regexp_matches(s, 'T.*[+-]\d{2}') THEN 0 ELSE "
        r"(CASE WHEN regexp_extract(s, 'T.*([+-])\d{2}', 1) = '-' THEN -1 ELSE 1 END) * "
        r"(CAST(regexp_extract(s, 'T.*[+-](\d{2})', 1) AS INTEGER) * 60 + "
        r"coalesce(TRY_CAST(regexp_extract(s, 'T.*[+-]\d{2}:?(\d{2})$', 1) AS INTEGER), 0)) END"
    ),
    # '2026', '2026-01', '2026-01-02T03' and '2026-01-02T03:04' are filled up to a whole timestamp
    "trino_iso_wall(s)": (
        r"left(regexp_extract(s, '^[0-9-]+') || '-01-01', 10) || ' ' || "
        r"left(regexp_replace(regexp_extract(s, 'T([0-9:]*)', 1), '^(\d{2})$', '\1:00') || "
        r"CASE WHEN length(regexp_extract(s, 'T([0-9:]*)', 1)) IN (2, 5) THEN ':00' "
        r"WHEN length(regexp_extract(s, 'T([0-9:]*)', 1)) = 0 THEN '00:00:00' ELSE '' END, 8) || "
        r"CASE WHEN regexp_matches(s, '[.,]\d') THEN '.' || left(regexp_extract(s, '[.,](\d+)', 1), 3) ELSE '' END"
    ),
    "trino_iso_timestamp(s, only_utc)": _argument(
        f"NOT regexp_full_match(s, '{_ISO.replace('{zone}', _ANY_ZONE)}')",
        "'Invalid format: \"' || s || '\"'",
        fail_when(
            f"only_utc AND NOT regexp_full_match(s, '{_ISO.replace('{zone}', _UTC_ZONE)}')",
            "NOT_SUPPORTED",
            "'from_iso8601_timestamp of text in a column with an offset other than UTC: ' || s",
            "timezone('UTC', CAST(trino_iso_wall(s) AS TIMESTAMP) - to_minutes(trino_iso_offset(s)))",
        ),
    ),
    "trino_offset_text(minutes)": (
        "printf('%s%02d:%02d', CASE WHEN minutes < 0 THEN '-' ELSE '+' END, abs(minutes) // 60, abs(minutes) % 60)"
    ),
    "trino_parse_time(s, format)": _argument(
        "s IS NOT NULL AND try_strptime(s, format) IS NULL",
        "'Invalid format: \"' || s || '\"'",
        "date_trunc('milliseconds', try_strptime(s, format))",
    ),
    "trino_interval_day_text(millis)": (
        "printf('%s%d %02d:%02d:%02d.%03d', CASE WHEN millis < 0 THEN '-' ELSE '' END, abs(millis) // 86400000, "
        "abs(millis) // 3600000 % 24, abs(millis) // 60000 % 60, abs(millis) // 1000 % 60, abs(millis) % 1000)"
    ),
    "trino_interval_month_text(months)": (
        "printf('%s%d-%d', CASE WHEN months < 0 THEN '-' ELSE '' END, abs(months) // 12, abs(months) % 12)"
    ),
}

MACROS: Final = {**_TEXT, **_NUMBERS, **_ARRAYS, **_JSON, **_TIME}


def definitions() -> list[str]:
    """CREATE MACRO statements. A macro may use another only if that one was made before."""
    return [f"CREATE MACRO {head} AS {body}" for head, body in MACROS.items()]
