package io.authpulse.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One property group, read with clear errors. An empty value counts as missing. */
public final class PropertyGroup {
    private final String name;
    private final Map<String, String> values;

    public PropertyGroup(String name, Map<String, String> values) {
        this.name = name;
        this.values = Map.copyOf(values);
    }

    /** Raises PropertyException when it is missing; {@code wanted} says what belongs there. */
    public String text(String key, String wanted) {
        String value = optional(key);
        if (value == null) {
            throw wrong(key, "missing; wanted " + wanted);
        }
        return value;
    }

    /** The value, or null. */
    public String optional(String key) {
        String value = values.get(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** One of a few words. */
    public String choice(String key, String otherwise, List<String> words) {
        String value = optional(key);
        if (value == null) {
            return otherwise;
        }
        if (!words.contains(value)) {
            throw wrong(key, "'" + value + "' is not one of " + String.join(", ", words));
        }
        return value;
    }

    /** A whole number within bounds. */
    public long whole(String key, long otherwise, long least, long most) {
        String value = optional(key);
        if (value == null) {
            return otherwise;
        }
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw wrong(key, "'" + value + "' is not a whole number from " + least + " to " + most);
        }
        if (number < least || number > most) {
            throw wrong(key, number + " is not from " + least + " to " + most);
        }
        return number;
    }

    /** Any other kind of value: what {@code read} refuses with an IllegalArgumentException is not {@code wanted}. */
    public <T> T parsed(String key, T otherwise, String wanted, Function<String, T> read) {
        String value = optional(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return read.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(key, "'" + value + "' is not " + wanted);
        }
    }

    public PropertyException wrong(String key, String problem) {
        return new PropertyException(name, key, problem);
    }
}
