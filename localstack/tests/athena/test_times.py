"""Dates, times and zones."""

from support.athena import Athena, check


def test_date_diff_counts_whole_units_not_boundaries(athena: Athena) -> None:
    check(
        athena,
        {
            "date_diff('second', timestamp '2026-01-01 00:00:00.9', timestamp '2026-01-01 00:00:02.1')": "1",
            "date_diff('hour', timestamp '2026-01-01 00:59:00', timestamp '2026-01-01 02:00:00')": "1",
            "date_diff('day', timestamp '2026-01-01 23:00:00', timestamp '2026-01-02 01:00:00')": "0",
            "date_diff('month', date '2026-01-31', date '2026-02-28')": "1",
            "date_diff('week', date '2026-01-01', date '2026-01-10')": "1",
            "date_diff('millisecond', timestamp '2026-01-01 00:00:00', timestamp '2026-01-01 00:00:01.5')": "1500",
            "date_diff('year', date '2024-02-29', date '2025-02-28')": "1",
            "date_diff('quarter', date '2026-01-01', date '2026-12-31')": "3",
            "date_diff('second', timestamp '2026-01-01 00:00:02', timestamp '2026-01-01 00:00:00.5')": "-1",
            "date_diff('hour', timestamp '2026-03-29 00:00:00 Europe/Rome', timestamp '2026-03-29 06:00:00 Europe/Rome')": "5",
            "date_diff('day', timestamp '2026-03-29 00:00:00 Europe/Rome', timestamp '2026-03-30 00:00:00 Europe/Rome')": "1",
        },
    )


def test_date_add_and_intervals_keep_the_kind_of_a_moment(athena: Athena) -> None:
    check(
        athena,
        {
            "date_add('month', 1, date '2026-01-31')": "2026-02-28",
            "date_add('second', 90, timestamp '2026-01-01 00:00:00')": "2026-01-01 00:01:30",
            "interval '1' day": "1 00:00:00.000",
            "timestamp '2026-01-31 00:00:00' + interval '1' month": "2026-02-28 00:00:00",
            "date '2026-01-31' + interval '1' month": "2026-02-28",
            "date '2026-01-31' + interval '1' day": "2026-02-01",
            "date '2026-01-02' - interval '1' day": "2026-01-01",
            "timestamp '2026-01-02 00:00:00' - interval '90' minute": "2026-01-01 22:30:00.000",
            "interval '1' hour * 2": "0 02:00:00.000",
            "interval '2' year": "2-0",
            "interval '1-3' year to month": "1-3",
            "interval '1 02:03:04.5' day to second": "1 02:03:04.500",
            "month(interval '13' month)": "1",
            "to_milliseconds(interval '1' day)": "86400000",
            "date_add('day', -1, date '2026-03-01')": "2026-02-28",
            "date_add('month', 1, timestamp '2026-01-31 10:00:00')": "2026-02-28 10:00:00",
            "timestamp '2026-03-29 01:30:00 Europe/Rome' + interval '1' hour": "2026-03-29 03:30:00.000 Europe/Rome",
        },
    )


def test_date_trunc_of_a_date_is_a_date(athena: Athena) -> None:
    check(
        athena,
        {
            "date_trunc('week', date '2026-01-01')": "2025-12-29",
            "date_trunc('hour', timestamp '2026-01-01 05:06:07.123456')": "2026-01-01 05:00:00.000000",
            "date_trunc('day', timestamp '2026-01-01 05:06:07 UTC')": "2026-01-01 00:00:00 UTC",
            "date_trunc('month', timestamp '2026-05-06 05:06:07')": "2026-05-01 00:00:00",
            "date_trunc('quarter', date '2026-05-06')": "2026-04-01",
            "date_trunc('minute', timestamp '2026-05-06 05:06:07 Europe/Rome')": "2026-05-06 05:06:00 Europe/Rome",
            "date_trunc('day', timestamp '2026-03-29 12:00:00 Europe/Rome')": "2026-03-29 00:00:00 Europe/Rome",
        },
    )


def test_zones_shift_what_is_shown_not_the_instant(athena: Athena) -> None:
    check(
        athena,
        {
            "hour(at_timezone(from_iso8601_timestamp('2026-01-02T03:04:05Z'), 'Europe/Rome'))": "4",
            "timestamp '2026-01-02 03:04:05' AT TIME ZONE 'Europe/Rome'": "2026-01-02 04:04:05 Europe/Rome",
            "cast(timestamp '2026-01-02 03:04:05 UTC' AT TIME ZONE 'Europe/Rome' as timestamp)": "2026-01-02 04:04:05.000",
            "with_timezone(timestamp '2026-01-02 03:04:05', 'Europe/Rome') = timestamp '2026-01-02 02:04:05 UTC'": "true",
            "extract(timezone_hour from timestamp '2026-05-06 05:06:07 Europe/Rome')": "2",
            "timestamp '2026-07-01 12:00:00 America/New_York'": "2026-07-01 12:00:00 America/New_York",
            "timestamp '2026-07-01 12:00:00 America/New_York' AT TIME ZONE 'UTC'": "2026-07-01 16:00:00 UTC",
            "timestamp '2026-07-01 12:00:00 +02:00'": "2026-07-01 12:00:00 +02:00",
            "cast(timestamp '2026-07-01 12:00:00 America/New_York' as timestamp)": "2026-07-01 12:00:00.000",
            "cast(timestamp '2026-07-01 12:00:00 America/New_York' as date)": "2026-07-01",
            "cast(timestamp '2026-07-01 12:00:00' as timestamp with time zone)": "2026-07-01 12:00:00.000 UTC",
            "from_unixtime(0, 'Europe/Rome')": "1970-01-01 01:00:00.000 Europe/Rome",
            "to_unixtime(timestamp '1970-01-01 01:00:00 Europe/Rome')": "0.0",
            "from_iso8601_timestamp('2026-01-02T03:04:05+02:00')": "2026-01-02 03:04:05.000 +02:00",
            "cast('2026-01-01 00:00:00 Europe/Rome' as timestamp with time zone)": "2026-01-01 00:00:00.000 Europe/Rome",
            "current_timezone()": "UTC",
            "at_timezone(timestamp '2026-01-01 00:00:00 UTC', 'Asia/Kolkata')": "2026-01-01 05:30:00 Asia/Kolkata",
        },
    )


def test_fields_of_moments(athena: Athena) -> None:
    check(
        athena,
        {
            "day_of_week(date '2026-01-04')": "7",
            "dow(date '2026-01-04')": "7",
            "extract(dow from date '2026-01-04')": "7",
            "week(date '2026-01-01')": "1",
            "year_of_week(date '2026-01-01')": "2026",
            "day_of_year(date '2026-03-01')": "60",
            "last_day_of_month(date '2026-02-03')": "2026-02-28",
            "year(timestamp '2026-05-06 05:06:07')": "2026",
            "quarter(date '2026-05-06')": "2",
            "minute(timestamp '2026-05-06 05:06:07')": "6",
            "second(timestamp '2026-05-06 05:06:07.9')": "7",
            "millisecond(timestamp '2026-05-06 05:06:07.987')": "987",
            "extract(year from date '2026-05-06')": "2026",
            "day_of_month(date '2026-05-06')": "6",
            "yow(date '2027-01-01')": "2026",
            "week_of_year(date '2027-01-01')": "53",
        },
    )


def test_moments_are_read_and_written_in_formats(athena: Athena) -> None:
    check(
        athena,
        {
            "from_iso8601_timestamp('2026-01-02T03:04:05.123Z')": "2026-01-02 03:04:05.123 UTC",
            "from_iso8601_timestamp('2026-01-02')": "2026-01-02 00:00:00.000 UTC",
            "from_iso8601_date('2026-01-02')": "2026-01-02",
            "to_iso8601(timestamp '2026-01-02 03:04:05 UTC')": "2026-01-02T03:04:05Z",
            "to_iso8601(date '2026-01-02')": "2026-01-02",
            "to_unixtime(timestamp '2026-01-02 03:04:05.5')": "1.7673230455E9",
            "from_unixtime(1767323045)": "2026-01-02 03:04:05.000 UTC",
            "from_unixtime(1767323045.5)": "2026-01-02 03:04:05.500 UTC",
            "format_datetime(timestamp '2026-01-02 03:04:05.678', 'yyyy-MM-dd''T''HH:mm:ss.SSS')": "2026-01-02T03:04:05.678",
            "date_format(timestamp '2026-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')": "2026-01-02 03:04:05",
            "date_format(timestamp '2026-01-02 03:04:05', '%W %M %e %j')": "Friday January 2 002",
            "date_parse('2026-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')": "2026-01-02 03:04:05.000",
            "parse_datetime('2026-01-02 03:04', 'yyyy-MM-dd HH:mm')": "2026-01-02 03:04:00.000 UTC",
            "date_format(timestamp '2026-01-02 15:04:05.678', '%h:%i %p %f %y %a %b %c %d %k %l %r %T %v %x %%')": "03:04 PM 678000 26 Fri Jan 1 02 15 3 03:04:05 PM 15:04:05 01 2026 %",
            "date_parse('05/Jan/2026', '%d/%b/%Y')": "2026-01-05 00:00:00.000",
            "format_datetime(timestamp '2026-01-02 15:04:05', 'EEE, d MMM yyyy hh:mm a')": "Fri, 2 Jan 2026 03:04 PM",
            "to_iso8601(timestamp '2026-01-02 03:04:05.678')": "2026-01-02T03:04:05.678",
            "date_parse('2026', '%Y')": "2026-01-01 00:00:00.000",
        },
    )


def test_moments_are_compared_and_cast(athena: Athena) -> None:
    check(
        athena,
        {
            "cast('2026-01-02 03:04:05' as timestamp)": "2026-01-02 03:04:05.000",
            "cast(timestamp '2026-01-02 23:59:59.9' as date)": "2026-01-02",
            "timestamp '2026-01-02 00:00:00' - timestamp '2026-01-01 00:00:00'": "1 00:00:00.000",
            "cast('2026-01-02' as date)": "2026-01-02",
            "try_cast('2026-13-02' as date)": None,
            "date '2026-03-01' - date '2026-01-01'": "59 00:00:00.000",
            "current_date = cast(current_timestamp as date)": "true",
            "cast(timestamp '2026-07-01 12:00:00.123456' as timestamp(3))": "2026-07-01 12:00:00.123",
            "cast(timestamp '2026-07-01 12:00:00.9996' as timestamp(3))": "2026-07-01 12:00:01.000",
            "cast(timestamp '2026-07-01 12:00:00' as time)": "12:00:00.000",
            "time '12:30:00'": "12:30:00.000",
            "date '2026-01-01' = timestamp '2026-01-01 00:00:00'": "true",
            "date '2026-01-01' < timestamp '2026-01-01 00:00:01 UTC'": "true",
            "timestamp '2026-01-01 00:00:00' = timestamp '2026-01-01 00:00:00 UTC'": "true",
            "cast('2026-01-01' as timestamp)": "2026-01-01 00:00:00.000",
            "timestamp '2026-01-01'": "2026-01-01 00:00:00",
            "timestamp '2026-01-01 00:00'": "2026-01-01 00:00:00",
            "date('2026-01-05')": "2026-01-05",
            "date(timestamp '2026-01-05 10:00:00')": "2026-01-05",
        },
    )
