"""SELECT: grouping, windows, joins, unnesting, sets, subqueries. Rows are made by VALUES, so nothing is folded away."""

import pytest

from support.athena import Athena

SCORES = "(VALUES ('a', 1, 10), ('a', 2, 20), ('b', 3, NULL)) t(k, n, v)"

QUERIES = {
    "NULL comes last in both directions": (
        "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x DESC",
        [("2",), ("1",), (None,)],
    ),
    "NULLS FIRST is heard": (
        "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x NULLS FIRST",
        [(None,), ("1",), ("2",)],
    ),
    "aggregates leave NULL out": (
        f"SELECT count(*), count(v), sum(v), avg(v), min(v), max(v) FROM {SCORES}",
        [("3", "2", "30", "15.0", "10", "20")],
    ),
    "aggregates of no rows are NULL, counts are 0": (
        "SELECT count(*), sum(x), max(x), array_agg(x) FROM (VALUES 1) t(x) WHERE x > 1",
        [("0", None, None, None)],
    ),
    "groups are filtered, ordered by position and by alias": (
        f"SELECT k, sum(n) AS total FROM {SCORES} GROUP BY 1 HAVING sum(n) >= 3 ORDER BY total DESC, 1",
        [("a", "3"), ("b", "3")],
    ),
    "FILTER and DISTINCT are heard": (
        f"SELECT count(*) FILTER (WHERE n > 1), count(DISTINCT k), count_if(v > 10) FROM {SCORES}",
        [("2", "2", "1")],
    ),
    "count_if counts nothing where all is NULL, and where there is nothing": (
        "SELECT count_if(x), count_if(x) FILTER (WHERE false), count_if(DISTINCT x OR true) FROM (VALUES CAST(NULL AS boolean), NULL) t(x)",
        [("0", "0", "1")],
    ),
    "brackets and braces of an argument are its own": (
        "SELECT count_if(regexp_like(x, '^[0-9a-f]{2}$')), max(a[1]) FILTER (WHERE x <> '{0}[1]'), count(a[2]) FROM (VALUES ('0f', ARRAY[1, 2]), ('xy', ARRAY[3, NULL])) t(x, a)",
        [("1", "3", "1")],
    ),
    "sums divide as integers do": ("SELECT sum(n) / count(*) FROM (VALUES 1, 2, 4) t(n)", [("2",)]),
    "ROLLUP, CUBE and GROUPING SETS": (
        f"SELECT k, sum(n), grouping(k) FROM {SCORES} GROUP BY ROLLUP (k) ORDER BY k",
        [("a", "3", "0"), ("b", "3", "0"), (None, "6", "1")],
    ),
    "arrays are collected in the order asked for": (
        f"SELECT array_agg(n ORDER BY n DESC), map_agg(n, k), histogram(k) FROM {SCORES}",
        [("[3, 2, 1]", "{1=a, 2=a, 3=b}", "{a=2, b=1}")],
    ),
    "the value at the extreme of another": (
        f"SELECT max_by(k, n), min_by(k, n), max(n, 2), arbitrary(k) IS NOT NULL FROM {SCORES}",
        [("b", "a", "[3, 2]", "true")],
    ),
    "approximations are near": (
        "SELECT approx_distinct(x), approx_percentile(x, 0.5) FROM UNNEST(sequence(1, 101)) t(x)",
        [("101", "51")],
    ),
    "texts are listed": (
        "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a') t(x)",
        [("a,b",)],
    ),
    "spread is of the sample unless said otherwise": (
        "SELECT stddev(x), var_pop(x), corr(x, y) FROM (VALUES (1, 2), (3, 6)) t(x, y)",
        [("1.4142135623730951", "1.0", "1.0")],
    ),
    "window functions count within their partition": (
        (
            f"SELECT k, n, row_number() OVER w, sum(n) OVER w, lag(n) OVER w, first_value(n) OVER w FROM {SCORES} "
            "WINDOW w AS (PARTITION BY k ORDER BY n) ORDER BY k, n"
        ),
        [("a", "1", "1", "1", None, "1"), ("a", "2", "2", "3", "1", "1"), ("b", "3", "1", "3", None, "3")],
    ),
    "ranks leave gaps, dense ranks do not": (
        (
            "SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) "
            "FROM (VALUES 1, 1, 2) t(x) ORDER BY 1, 4"
        ),
        [("1", "1", "1", "1"), ("1", "1", "1", "1"), ("2", "3", "2", "2")],
    ),
    "a range of time is a window": (
        (
            "SELECT sum(x) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM (VALUES "
            "(1, timestamp '2026-01-01 00:00:00'), (2, timestamp '2026-01-01 00:30:00'), "
            "(4, timestamp '2026-01-01 02:00:00')) t(x, ts) ORDER BY ts"
        ),
        [("1",), ("3",), ("4",)],
    ),
    "NULLs are skipped where that is said": (
        (
            "SELECT first_value(x) IGNORE NULLS OVER (ORDER BY y), lead(x, 1, 9) OVER (ORDER BY y) "
            "FROM (VALUES (NULL, 1), (5, 2)) t(x, y) ORDER BY y"
        ),
        [(None, "5"), ("5", "9")],
    ),
    "inner, left, full and cross joins": (
        (
            "SELECT a.x, b.y, c.z, d.w FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES (1, 'one')) b(x, y) ON a.x = b.x "
            "FULL JOIN (VALUES (2, 'two'), (3, 'three')) c(x, z) ON a.x = c.x CROSS JOIN (VALUES 'w') d(w) "
            "ORDER BY a.x, c.z"
        ),
        [("1", "one", None, "w"), ("2", None, "two", "w"), (None, None, "three", "w")],
    ),
    "USING names the column once": (
        "SELECT * FROM (VALUES (1, 'a')) l(k, x) JOIN (VALUES (1, 'b')) r(k, y) USING (k)",
        [("1", "a", "b")],
    ),
    "arrays and maps are unnested, the shorter filled up": (
        "SELECT a, b, n FROM UNNEST(ARRAY[1, 2], ARRAY['x']) WITH ORDINALITY AS t(a, b, n) ORDER BY n",
        [("1", "x", "1"), ("2", None, "2")],
    ),
    "a map is unnested into two columns": (
        "SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v) ORDER BY k",
        [("a", "1"), ("b", "2")],
    ),
    "rows of an array are unnested into their fields": (
        "SELECT x, y FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]) AS t(x, y) ORDER BY x",
        [("1", "a"), ("2", "b")],
    ),
    "unnesting what is beside it; nothing keeps no row": (
        "SELECT k, x FROM (VALUES ('a', ARRAY[1, 2]), ('b', ARRAY[])) t(k, xs) CROSS JOIN UNNEST(xs) AS u(x) ORDER BY x",
        [("a", "1"), ("a", "2")],
    ),
    "unnesting what is beside it; LEFT JOIN keeps the row": (
        (
            "SELECT k, x FROM (VALUES ('a', ARRAY[1]), ('b', ARRAY[])) t(k, xs) LEFT JOIN UNNEST(xs) AS u(x) ON true "
            "ORDER BY k"
        ),
        [("a", "1"), ("b", None)],
    ),
    "LATERAL sees what is left of it": (
        "SELECT t.x, u.y FROM (VALUES 1, 2) t(x) CROSS JOIN LATERAL (SELECT t.x * 2 AS y) u ORDER BY 1",
        [("1", "2"), ("2", "4")],
    ),
    "sets drop repeats, ALL keeps them": (
        "SELECT * FROM (SELECT 1 UNION SELECT 1 UNION ALL SELECT 1) ORDER BY 1",
        [("1",), ("1",)],
    ),
    "sets find a common type": ("SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2.5) ORDER BY 1", [("1.0",), ("2.5",)]),
    "INTERSECT and EXCEPT": (
        "SELECT * FROM ((VALUES 1, 2, 3) INTERSECT (VALUES 2, 3) EXCEPT (VALUES 3))",
        [("2",)],
    ),
    "WITH, also recursive": (
        (
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4), u AS (SELECT sum(n) s FROM t) "
            "SELECT s FROM u"
        ),
        [("10",)],
    ),
    "EXISTS, IN, ANY and correlated subqueries": (
        (
            "SELECT x, EXISTS (SELECT 1 FROM (VALUES 2) u(y) WHERE y = x), x IN (SELECT y FROM (VALUES 1) v(y)), "
            "x > ALL (VALUES 0, 1), (SELECT max(y) FROM (VALUES 1, 2) w(y) WHERE y <= x) FROM (VALUES 1, 2) t(x) "
            "ORDER BY x"
        ),
        [("1", "false", "true", "false", "1"), ("2", "true", "false", "true", "2")],
    ),
    "OFFSET comes before LIMIT": (
        "SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 LIMIT 1",
        [("2",)],
    ),
    "FETCH FIRST": ("SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x FETCH FIRST 2 ROWS ONLY", [("1",), ("2",)]),
    "fields of rows are taken by name": (
        "SELECT r.a, r.b[1] FROM (SELECT CAST(ROW(1, ARRAY['x']) AS ROW(a integer, b array(varchar))) r)",
        [("1", "x")],
    ),
    "names do not care about case, answers keep it": ('SELECT X AS "Mixed" FROM (VALUES 1) T(x)', [("1",)]),
    "DISTINCT of several columns": ("SELECT DISTINCT x, y FROM (VALUES (1, 2), (1, 2)) t(x, y)", [("1", "2")]),
    "comments are left out": ("/* one */ SELECT 1 -- two\n", [("1",)]),
    "lambdas see columns": (
        "SELECT transform(xs, e -> e * x) FROM (VALUES (2, ARRAY[1, 2])) t(x, xs)",
        [("[2, 4]",)],
    ),
    "VALUES alone": ("VALUES (1, 'a'), (2, 'b')", [("1", "a"), ("2", "b")]),
    "time zones of columns": (
        (
            "SELECT ts AT TIME ZONE 'Europe/Rome', CAST(ts AT TIME ZONE 'Europe/Rome' AS timestamp), hour(ts) "
            "FROM (VALUES timestamp '2026-07-01 00:30:00.000') t(ts)"
        ),
        [("2026-07-01 02:30:00.000 Europe/Rome", "2026-07-01 02:30:00.000", "0")],
    ),
    "TRY forgives each row by itself": (
        "SELECT x, TRY(10 / x) FROM (VALUES 0, 5) t(x) ORDER BY x",
        [("0", None), ("5", "2")],
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_select(athena: Athena, name: str) -> None:
    sql, rows = QUERIES[name]
    assert athena.rows(sql) == rows


def test_columns_have_names_and_types(athena: Athena) -> None:
    answer = athena.query("SELECT 1, 'a' AS b, count(*), 1.5 AS d, ARRAY[1] AS e, date '2026-01-01' AS f")
    assert answer.columns == ("_col0", "b", "_col2", "d", "e", "f")
    assert answer.types == ("integer", "varchar", "bigint", "decimal", "array", "date")
    page = athena.client.get_query_results(QueryExecutionId=answer.execution["QueryExecutionId"])
    info = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(c["Precision"], c["Scale"]) for c in info if c["Name"] == "d"] == [(2, 1)]
    assert {c["CatalogName"] for c in info} == {"hive"}
