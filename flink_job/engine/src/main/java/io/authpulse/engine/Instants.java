package io.authpulse.engine;

/** Instants in UTC as the wire has them, 2025-01-31T23:59:59.123Z; {@code authpulse.events.parse_time} in Java. */
final class Instants {
    /** Not an instant. */
    static final long NONE = Long.MIN_VALUE;

    private static final int SHORTEST = 20;
    private static final int LONGEST = 30;
    private static final int FRACTION = 19; // place of the point
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Instants() {}

    /** Milliseconds since 1970, what is finer cut off; {@link #NONE} for anything else. */
    static long parse(char[] text, int from, int length) {
        if (length < SHORTEST || length > LONGEST || !hasMarks(text, from) || text[from + length - 1] != 'Z') {
            return NONE;
        }
        int year = number(text, from, 4);
        int month = number(text, from + 5, 2);
        int day = number(text, from + 8, 2);
        int hour = number(text, from + 11, 2);
        int minute = number(text, from + 14, 2);
        int second = number(text, from + 17, 2);
        int millis = length == SHORTEST ? 0 : millis(text, from + FRACTION, length - SHORTEST);
        if ((year | month | day | hour | minute | second | millis) < 0 // a negative one makes all negative
                || year < 1
                || month < 1
                || month > 12
                || day < 1
                || day > daysOf(month, year)
                || hour > 23
                || minute > 59
                || second > 59) {
            return NONE;
        }
        return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000L + millis;
    }

    private static boolean hasMarks(char[] text, int from) {
        return text[from + 4] == '-'
                && text[from + 7] == '-'
                && text[from + 10] == 'T'
                && text[from + 13] == ':'
                && text[from + 16] == ':';
    }

    private static int daysOf(int month, int year) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : DAYS[month - 1];
    }

    /** Days by the calendar's 400-year cycle, with years that begin in March. */
    private static long daysSince1970(int year, int month, int day) {
        int y = month <= 2 ? year - 1 : year;
        int cycle = Math.floorDiv(y, 400);
        int yearOfCycle = y - cycle * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear;
        return cycle * 146_097L + dayOfCycle - 719_468;
    }

    /** A point and at least one digit, all of them digits; -1 otherwise. */
    private static int millis(char[] text, int from, int length) {
        if (length < 2 || text[from] != '.') {
            return -1;
        }
        int millis = 0;
        for (int i = 1; i < Math.max(length, 4); i++) {
            int digit = i < length ? text[from + i] - '0' : 0;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            millis = i <= 3 ? millis * 10 + digit : millis;
        }
        return millis;
    }

    private static int number(char[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
