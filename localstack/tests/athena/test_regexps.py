"""Regular expressions: NULL without a match, groups as $1."""

from support.athena import Athena, check


def test_regular_expressions(athena: Athena) -> None:
    check(
        athena,
        {
            "regexp_like('abc123', '\\d+')": "true",
            "regexp_extract('abc123', '([a-z]+)(\\d+)', 2)": "123",
            "regexp_extract('abc', 'x')": None,
            "regexp_replace('a1b2', '\\d', 'X')": "aXbX",
            "regexp_replace('a1b2', '([a-z])(\\d)', '$2$1')": "1a2b",
            "regexp_extract_all('a1b2', '\\d')": "[1, 2]",
            "regexp_split('a1b2c', '\\d')": "[a, b, c]",
            "regexp_count('a1b2', '\\d')": "2",
            "regexp_like('Hello', '(?i)hello')": "true",
            "regexp_extract('key=val', '(?<k>\\w+)=', 1)": "key",
            "regexp_extract('1a 2b', '(\\d+)([a-z]+)', 0)": "1a",
            "regexp_extract_all('1a 2b', '(\\d+)([a-z]+)', 2)": "[a, b]",
            "regexp_replace('1a 2b', '(\\d+)([a-z]+)', '$2:$1')": "a:1 b:2",
            "regexp_replace('abc', 'b')": "ac",
            "regexp_split('1a 2b 3', '\\s*[a-z]+\\s*')": "[1, 2, 3]",
        },
    )
