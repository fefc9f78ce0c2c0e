"""Arrays, maps and rows."""

from support.athena import Athena, check


def test_maps_find_and_change_their_entries(athena: Athena) -> None:
    check(
        athena,
        {
            "element_at(MAP(ARRAY['a'], ARRAY[1]), 'z')": None,
            "cardinality(MAP(ARRAY['a','b'], ARRAY[1,2]))": "2",
            "map_keys(MAP(ARRAY['a','b'], ARRAY[1,2]))": "[a, b]",
            "map_values(MAP(ARRAY['a','b'], ARRAY[1,2]))": "[1, 2]",
            "transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)": "{a=2}",
            "map_filter(MAP(ARRAY['a','b'], ARRAY[1,2]), (k, v) -> v > 1)": "{b=2}",
            "map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2]))": "{a=1, b=2}",
            "map_from_entries(ARRAY[ROW('a', 1), ROW('b', 2)])": "{a=1, b=2}",
            "split_to_map('a=1,b=2', ',', '=')": "{a=1, b=2}",
            "MAP(ARRAY['a','b'], ARRAY[1,null])": "{a=1, b=null}",
            "MAP()": "{}",
            "map_entries(MAP(ARRAY['a'], ARRAY[1]))": "[{field0=a, field1=1}]",
            "transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k,v) -> k || 'x')": "{ax=1}",
        },
    )


def test_functions_over_each_element(athena: Athena) -> None:
    check(
        athena,
        {
            "zip_with(ARRAY[1,2], ARRAY[3,4], (x, y) -> x + y)": "[4, 6]",
            "filter(ARRAY[1,2,3], x -> x > 1)": "[2, 3]",
            "transform(ARRAY[1,2], x -> x * 2)": "[2, 4]",
            "reduce(ARRAY[1,2,3], 0, (s, x) -> s + x, s -> s * 10)": "60",
            "any_match(ARRAY[1,2], x -> x > 1)": "true",
            "all_match(ARRAY[1,2], x -> x > 1)": "false",
            "none_match(ARRAY[1,2], x -> x > 5)": "true",
        },
    )


def test_arrays_are_sliced_joined_and_compared(athena: Athena) -> None:
    check(
        athena,
        {
            "element_at(ARRAY[1,2,3], -1)": "3",
            "element_at(ARRAY[1,2,3], 9)": None,
            "split('a,b,c', ',')": "[a, b, c]",
            "array_join(ARRAY['a',null,'b'], ',')": "a,b",
            "array_distinct(ARRAY[1,1,2])": "[1, 2]",
            "array_sort(ARRAY[3,1,null,2])": "[1, 2, 3, null]",
            "array_position(ARRAY['a','b'], 'b')": "2",
            "array_max(ARRAY[1,3,2])": "3",
            "array_intersect(ARRAY[1,2],ARRAY[2,3])": "[2]",
            "array_except(ARRAY[1,2],ARRAY[2,3])": "[1]",
            "array_union(ARRAY[1,2],ARRAY[2,3])": "[1, 2, 3]",
            "arrays_overlap(ARRAY[1,2],ARRAY[2,3])": "true",
            "contains(ARRAY[1,2], 2)": "true",
            "flatten(ARRAY[ARRAY[1],ARRAY[2,3]])": "[1, 2, 3]",
            "slice(ARRAY[1,2,3,4], 2, 2)": "[2, 3]",
            "sequence(1, 5, 2)": "[1, 3, 5]",
            "sequence(date '2026-01-01', date '2026-01-03', interval '1' day)": "[2026-01-01, 2026-01-02, 2026-01-03]",
            "repeat('x', 3)": "[x, x, x]",
            "zip(ARRAY[1,2], ARRAY['a','b'])": "[{field0=1, field1=a}, {field0=2, field1=b}]",
            "split('a,b,c', ',', 2)": "[a, b,c]",
            "concat(ARRAY[1], ARRAY[2])": "[1, 2]",
            "ARRAY[1] || 2": "[1, 2]",
            "ARRAY[]": "[]",
            "ARRAY[1, null]": "[1, null]",
            "ARRAY['a,b', 'c']": "[a,b, c]",
            "ARRAY[ARRAY[1],ARRAY[]]": "[[1], []]",
            "ARRAY[1.5, 2]": "[1.5, 2.0]",
            "ARRAY[1, 2.5e0]": "[1.0, 2.5]",
            "ARRAY[1,2] = ARRAY[1,2]": "true",
            "ARRAY[1,2] < ARRAY[1,3]": "true",
            "ARRAY[date '2026-01-01']": "[2026-01-01]",
            "ARRAY[timestamp '2026-01-01 00:00:00.123']": "[2026-01-01 00:00:00.123]",
            "ROW(1, 'a')": "{field0=1, field1=a}",
            "CAST(ROW(1, 'a') AS ROW(x bigint, y varchar))": "{x=1, y=a}",
            "CAST(ROW(1, 'a') AS ROW(x bigint, y varchar)).x": "1",
            "ROW(1,2)[1]": "1",
            "cardinality(ARRAY[])": "0",
            "contains(ARRAY[1,null], 2)": None,
            "array_position(ARRAY[1,2], 5)": "0",
            "array_remove(ARRAY[1,2,1], 1)": "[2]",
            "array_min(ARRAY[1,null])": None,
            "array_join(ARRAY[1,null,2], '-', 'x')": "1-x-2",
            "trim_array(ARRAY[1,2,3], 1)": "[1, 2]",
            "reverse(ARRAY[1,2])": "[2, 1]",
            "slice(ARRAY[1,2,3,4], -2, 2)": "[3, 4]",
            "sequence(5, 1, -2)": "[5, 3, 1]",
            "sequence(1, 3)": "[1, 2, 3]",
            "sequence(timestamp '2026-01-01 00:00:00', timestamp '2026-01-01 02:00:00', interval '1' hour)": "[2026-01-01 00:00:00, 2026-01-01 01:00:00, 2026-01-01 02:00:00]",
            "split('', ',')": "[]",
        },
    )
