"""CAST and TRY_CAST, where DuckDB is more generous or rounds to even."""

from support.athena import Athena, check


def test_numbers_become_integers_by_rounding_halves_away_from_zero(athena: Athena) -> None:
    check(
        athena,
        {
            "cast(2.5 as integer)": "3",
            "cast(-2.5 as integer)": "-3",
            "cast(2.5e0 as bigint)": "3",
            "cast(3.5e0 as bigint)": "4",
            "try_cast('x' as integer)": None,
            "cast(-0.5e0 as integer)": "-1",
            "cast(0.5e0 as integer)": "1",
        },
    )


def test_numbers_and_moments_become_text(athena: Athena) -> None:
    check(
        athena,
        {
            "cast(1.5e0 as varchar)": "1.5E0",
            "cast(1e0 as varchar)": "1.0E0",
            "cast(1e10 as varchar)": "1.0E10",
            "cast(true as varchar)": "true",
            "cast('abcdef' as varchar(3))": "abc",
            "cast(null as varchar)": None,
            "cast(1.5 as varchar)": "1.5",
            "cast(date '2026-01-02' as varchar)": "2026-01-02",
            "cast(timestamp '2026-01-02 03:04:05.5' as varchar)": "2026-01-02 03:04:05.5",
            "cast(timestamp '2026-01-02 03:04:05.5 UTC' as varchar)": "2026-01-02 03:04:05.5 UTC",
        },
    )


def test_the_rest_of_the_casts(athena: Athena) -> None:
    check(
        athena,
        {
            "cast(1.005 as decimal(5,2))": "1.01",
            "cast('1' as boolean)": "true",
            "try(cast('x' as integer))": None,
            "cast('1e3' as double)": "1000.0",
            "cast('NaN' as double)": "NaN",
            "cast(real '1.1' as double)": "1.100000023841858",
            "cast(0.1e0 as real)": "0.1",
            "try(cast('a' as integer) + 1)": None,
            "cast(1.5e0 as decimal(3,0))": "2",
            "cast('1.005' as decimal(5,2))": "1.01",
            "cast(123.456 as decimal(4,1))": "123.5",
            "cast(3.0e0 as real)": "3.0",
            "cast(1.0E10 as real)": "1.0E10",
        },
    )
