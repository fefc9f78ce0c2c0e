"""Regular expressions. DuckDB's are RE2: what Java's have beyond it (look-around, back references) fails."""

import re

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate.typed import Typed, combine, quote
from authpulse_localstack.athena.types import UNKNOWN, VARCHAR, Varchar

scalar("regexp_like(varchar, varchar) -> boolean", "regexp_matches({0}, {1})")
scalar("regexp_extract(varchar, varchar) -> varchar", "trino_regexp_extract({0}, {1})")
scalar("regexp_extract(varchar, varchar, bigint) -> varchar", "trino_regexp_group({0}, {1}, {2})")
scalar("regexp_extract_all(varchar, varchar) -> array(varchar)", "regexp_extract_all({0}, {1})")
scalar("regexp_extract_all(varchar, varchar, bigint) -> array(varchar)", "trino_regexp_groups({0}, {1}, {2})")
scalar("regexp_split(varchar, varchar) -> array(varchar)", "regexp_split_to_array({0}, {1})")
scalar("regexp_count(varchar, varchar) -> bigint", "CAST(len(regexp_extract_all({0}, {1})) AS BIGINT)")

_REFERENCE = re.compile(r"\\(.)|\$(\d+)|\$\{(\w+)\}|(\$)|(\\)", re.DOTALL)


@builder("regexp_replace", arguments=range(2, 4))
def regexp_replace(call: Invocation) -> Typed:
    """Groups are $1 in Trino and \\1 in DuckDB."""
    for value in call.arguments:
        if not (isinstance(value.type, Varchar) or value.type == UNKNOWN):
            shown = ", ".join(str(v.type) for v in call.arguments)
            raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function {call.name}", call.at)
    replacement = "''"
    if len(call.arguments) == 3:
        given = call.arguments[2]
        if given.text is None:
            raise not_supported("regexp_replace with a replacement that is not a literal", given.at)
        replacement = quote(rewrite(given.text, given))
    text, pattern = call.arguments[0].sql, call.arguments[1].sql
    return combine(f"regexp_replace({text}, {pattern}, {replacement}, 'g')", VARCHAR, call.at, *call.arguments)


def rewrite(replacement: str, given: Typed) -> str:
    r"""A replacement of Java's, $1 and \$, in RE2's form."""

    def part(found: re.Match[str]) -> str:
        escaped, number, name, dollar, backslash = found.groups()
        if escaped is not None:
            return "\\\\" if escaped == "\\" else escaped
        if number is not None and len(number) == 1:
            return f"\\{number}"
        if number is not None or name is not None:
            raise not_supported(f"'{found[0]}' in the replacement of regexp_replace", given.at)
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: {dollar or backslash}", given.at)

    return _REFERENCE.sub(part, replacement)
