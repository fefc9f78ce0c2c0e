"""JSON: what is no JSON, or not a scalar, gives NULL."""

from support.athena import Athena, check


def test_json_is_cast_to_values_and_back(athena: Athena) -> None:
    check(
        athena,
        {
            "cast(json_parse('[1,2]') as array(integer))": "[1, 2]",
            "cast(MAP(ARRAY['a'], ARRAY[1]) as json)": '{"a":1}',
            "cast(json '1' as integer)": "1",
            "cast(json '\"x\"' as varchar)": "x",
            "cast(json '{\"a\":1}' as map(varchar, integer))": "{a=1}",
            'cast(json \'{"a":1,"b":"x"}\' as row(a integer, b varchar))': "{a=1, b=x}",
            "cast(ROW(1,'x') as json)": '{"":1,"":"x"}',
            "cast(ARRAY[1,null] as json)": "[1,null]",
            "cast('a' as json)": '"a"',
            "cast(timestamp '2026-01-01 00:00:00' as json)": '"2026-01-01 00:00:00"',
            "cast(json '[1,null,3]' as array(integer))": "[1, null, 3]",
        },
    )


def test_json_is_searched_by_paths(athena: Athena) -> None:
    check(
        athena,
        {
            "json_extract_scalar('{\"a\":{\"b\":[1,2]}}', '$.a.b[1]')": "2",
            "json_extract_scalar('{\"a\":{\"b\":1}}', '$.a')": None,
            "json_extract('{\"a\":{\"b\":1}}', '$.a')": '{"b":1}',
            'json_extract_scalar(\'{"a b":"x"}\', \'$["a b"]\')': "x",
            "json_extract_scalar('not json', '$.a')": None,
            "json_array_length('[1,2,3]')": "3",
            'json_size(\'{"a":{"b":1,"c":2}}\', \'$.a\')': "2",
            "json_parse('{\"a\":1}')": '{"a":1}',
            "json_format(json_parse('{\"a\": 1}'))": '{"a":1}',
            "json_value('{\"a\":1}', 'lax $.a')": "1",
            "is_json_scalar('1')": "true",
            'json \'{"b":1,"a":2}\'': '{"a":2,"b":1}',
            'json_extract(\'{"a":[1,2,{"b":"x"}]}\', \'$.a[2].b\')': '"x"',
            "json_extract_scalar('{\"a\":null}', '$.a')": None,
            "json_extract_scalar('{\"a\":true}', '$.a')": "true",
            "json_extract_scalar('{\"a\":1.50}', '$.a')": "1.50",
            "json_extract_scalar('{\"a\":[1,2]}', '$.a')": None,
            "json_extract('{\"a\":1}', '$.b')": None,
            "json_array_get('[1,2,3]', 1)": "2",
            "json_array_contains('[1,2,3]', 2)": "true",
            "json_format(json '[1, 2]')": "[1,2]",
            "json_extract_scalar('{\"a b\":[1.50]}', '$[\"a b\"][0]')": "1.50",
        },
    )
