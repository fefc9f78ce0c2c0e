package io.authpulse.engine;

/** A property is missing or malformed. The message is one line: group, key, what is wrong, what would be right. */
public final class PropertyException extends IllegalArgumentException {
    public PropertyException(String group, String key, String problem) {
        super("property group " + group + ": " + key + ": " + problem);
    }
}
