"""NULL, conditions, and the types that expressions have."""

from support.athena import Athena, check


def test_null_is_neither_true_nor_false(athena: Athena) -> None:
    check(
        athena,
        {
            "greatest(1, null, 3)": None,
            "coalesce(null, 1)": "1",
            "nullif(1, 1)": None,
            "if(1 > 2, 'a')": None,
            "case when null then 1 else 2 end": "2",
            "1 = null": None,
            "1 is distinct from null": "true",
            "cardinality(null)": None,
            "coalesce(cast(null as varchar), 'x')": "x",
            "nullif('a','b')": "a",
            "if(true, 1, 2)": "1",
            "case 1 when 1 then 'a' else 'b' end": "a",
            "case when 1 = 1 then 1 else 2.5 end": "1.0",
            "1 in (1, null)": "true",
            "2 in (1, null)": None,
            "2 not in (1, null)": None,
            "null and false": "false",
            "null or true": "true",
            "not null": None,
            "1 between 0 and 2": "true",
            "true = (1 = 1)": "true",
            "try(1/0)": None,
            "not true and false": "false",
        },
    )


def test_expressions_have_trinos_types(athena: Athena) -> None:
    check(
        athena,
        {
            "typeof(1)": "integer",
            "typeof(now())": "timestamp(3) with time zone",
            "typeof(sum(1))": "bigint",
            "typeof(1.5)": "decimal(2,1)",
            "typeof('abc')": "varchar(3)",
            "typeof(ARRAY[1])": "array(integer)",
            "typeof(MAP(ARRAY['a'], ARRAY[1e0]))": "map(varchar(1), double)",
            "typeof(ROW(1,'a'))": "row(integer, varchar(1))",
            "typeof(date '2026-01-01')": "date",
            "typeof(current_timestamp)": "timestamp(3) with time zone",
            "typeof(timestamp '2026-01-01 00:00:00')": "timestamp(0)",
            "typeof(null)": "unknown",
            "typeof(1/2.0)": "decimal(12,1)",
            "typeof(length('a'))": "bigint",
            "typeof(interval '1' day)": "interval day to second",
            "typeof(CAST(ROW(1, 'a') AS ROW(x bigint, y varchar)))": "row(x bigint, y varchar)",
            "typeof(from_unixtime(0))": "timestamp(3) with time zone",
            "typeof(localtimestamp)": "timestamp(3)",
            "typeof(date_trunc('hour', timestamp '2026-01-01 00:00:00.123'))": "timestamp(3)",
            "typeof(json '1')": "json",
            "typeof(ARRAY[1.5, 2])": "array(decimal(11,1))",
            "typeof(cast('a' as varchar(5)) || 'b')": "varchar",
            "typeof(1 + 1.5)": "decimal(12,1)",
            "typeof(sum(1.5))": "decimal(38,1)",
            "typeof(avg(1))": "double",
            "typeof(count(*))": "bigint",
        },
    )
