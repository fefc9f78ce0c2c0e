"""Arithmetic: integers stay integers, decimals keep their scale, halves are rounded away from zero."""

from support.athena import Athena, check


def test_integers_are_divided_towards_zero(athena: Athena) -> None:
    check(
        athena,
        {
            "7/2": "3",
            "-7/2": "-3",
            "7 % -3": "1",
            "mod(-7, 3)": "-1",
            "-5 / 2": "-2",
        },
    )


def test_decimals_have_trinos_precision_and_scale(athena: Athena) -> None:
    check(
        athena,
        {
            "7.0/2": "3.5",
            "1/3.0": "0.3",
            "cast(1 as decimal(10,2)) / 3": "0.33",
            "decimal '1.23' * decimal '4.56'": "5.6088",
            "decimal '1.23' + 1": "2.23",
            "5 / 2.0": "2.5",
            "5 % 2.5": "0.0",
            "mod(5.5, 2)": "1.5",
        },
    )


def test_halves_are_rounded_away_from_zero(athena: Athena) -> None:
    check(
        athena,
        {
            "round(2.5)": "3",
            "round(-2.5e0)": "-3.0",
            "round(2.345, 2)": "2.350",
            "truncate(2.7e0)": "2.0",
            "floor(-1.5)": "-2",
            "ceil(1.2)": "2",
            "round(1.5)": "2",
            "round(-1.5)": "-2",
            "round(0.5)": "1",
            "round(1234.567, -2)": "1200.000",
            "round(1.005e0, 2)": "1.0",
            "ceiling(-1.5e0)": "-1.0",
            "floor(2)": "2",
            "truncate(2.789, 2)": "2.780",
            "truncate(-2.7)": "-2",
            "round(2.5e0)": "3.0",
            "round(3.5e0)": "4.0",
            "round(-0.5e0)": "-1.0",
        },
    )


def test_doubles_divide_by_zero_without_an_error(athena: Athena) -> None:
    check(
        athena,
        {
            "1e0/0": "Infinity",
            "0e0/0": "NaN",
            "1e0/3": "0.3333333333333333",
            "infinity()": "Infinity",
            "is_nan(nan())": "true",
            "is_finite(1e0)": "true",
            "is_infinite(infinity())": "true",
            "sqrt(-1)": "NaN",
            "ln(0)": "-Infinity",
            "ln(-1)": "NaN",
            "acos(2)": "NaN",
            "power(0, -1)": "Infinity",
            "exp(1000)": "Infinity",
            "5e0 % 0": "NaN",
        },
    )


def test_doubles_are_printed_as_java_prints_them(athena: Athena) -> None:
    check(
        athena,
        {
            "real '3.14'": "3.14",
            "0.1e0 + 0.2e0": "0.30000000000000004",
            "1.0e0": "1.0",
            "1e7": "1.0E7",
            "1e-3": "0.001",
            "1e-4": "1.0E-4",
            "123456789.0e0": "1.23456789E8",
            "1.0E100": "1.0E100",
        },
    )


def test_other_functions_of_numbers(athena: Athena) -> None:
    check(
        athena,
        {
            "power(2, 10)": "1024.0",
            "sqrt(2)": "1.4142135623730951",
            "ln(10)": "2.302585092994046",
            "log(2, 8)": "3.0",
            "log10(100)": "2.0",
            "abs(-5)": "5",
            "sign(-3)": "-1",
            "least('b', 'a')": "a",
            "width_bucket(5e0, 0e0, 10e0, 5)": "3",
            "bitwise_and(6, 3)": "2",
            "cast(5 as tinyint) + cast(300 as smallint)": "305",
            "pi()": "3.141592653589793",
            "e()": "2.718281828459045",
            "cbrt(27)": "3.0",
            "exp(1)": "2.718281828459045",
            "from_base('ff', 16)": "255",
            "to_base(255, 16)": "ff",
            "bitwise_xor(5, 3)": "6",
            "bitwise_left_shift(1, 4)": "16",
            "bit_count(9, 64)": "2",
            "degrees(pi())": "180.0",
            "radians(180)": "3.141592653589793",
            "sign(-2.5e0)": "-1.0",
            "-9223372036854775808": "-9223372036854775808",
            "1 + 2 * 3 - 4 / 2": "5",
            "1 = 1.0": "true",
            "1 = 1e0": "true",
        },
    )
