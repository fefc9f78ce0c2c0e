package io.authpulse.engine.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.authpulse.engine.PropertyException;
import io.authpulse.engine.PropertyGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads one rule out of the JSON text that {@code flink_job.rules.to_properties} writes.
 *
 * <p>Python has validated it; here is only made sure that every key is there, is known and has the right type, so that a
 * job of another release is refused instead of misread.
 */
final class RuleReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String ADVICE = "; write the group with flink_job.rules.to_properties of the same release";
    private static final long MS_PER_MINUTE = 60_000;

    private final PropertyGroup group;
    private final String property;
    private final Map<String, Object> values;

    private RuleReader(PropertyGroup group, String property, String text) {
        this.group = group;
        this.property = property;
        this.values = parse(text);
    }

    /** Raises PropertyException, one line, for what is not a rule. */
    static Rule read(PropertyGroup group, String id) {
        String property = "rule." + id;
        return new RuleReader(group, property, group.text(property, "that rule as JSON" + ADVICE)).rule(id);
    }

    private Rule rule(String id) {
        String named = take("id", String.class);
        if (!named.equals(id)) {
            throw wrong("id: is " + named);
        }
        Rule rule = new Rule(
                id,
                take("title", String.class),
                word("key", Rule.Key.values()),
                word("metric", Rule.Metric.values()),
                word("compare", Rule.Comparison.values()),
                Math.toIntExact(whole("threshold", Integer.MAX_VALUE)),
                Math.toIntExact(whole("points", RuleSet.MAX_SCORE)),
                Math.toIntExact(whole("window_minutes", Minutes.WINDOW)),
                whole("min_history", Long.MAX_VALUE),
                word("mode", Rule.Mode.values()),
                take("alert", Boolean.class),
                whole("mute_minutes", Long.MAX_VALUE / MS_PER_MINUTE) * MS_PER_MINUTE,
                texts("techniques"),
                take("analytic", String.class));
        if (!values.isEmpty()) {
            throw wrong("unknown key " + new TreeSet<>(values.keySet()).first());
        }
        return rule;
    }

    private <T> T take(String key, Class<T> type) {
        Object value = values.remove(key);
        if (value == null) {
            throw wrong(key + ": missing");
        }
        if (!type.isInstance(value)) {
            throw wrong(key + ": " + value + " is not a " + type.getSimpleName().toLowerCase(Locale.ROOT));
        }
        return type.cast(value);
    }

    private long whole(String key, long most) {
        long value = take(key, Long.class);
        if (value < 0 || value > most) {
            throw wrong(key + ": " + value + " is not from 0 to " + most);
        }
        return value;
    }

    private <E extends Enum<E> & Rule.Word> E word(String key, E[] all) {
        String said = take(key, String.class);
        List<String> known = new ArrayList<>();
        for (E one : all) {
            if (one.word().equals(said)) {
                return one;
            }
            known.add(one.word());
        }
        throw wrong(key + ": '" + said + "' is not one of " + String.join(", ", known));
    }

    private List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object one : take(key, List.class)) {
            texts.add((String) one);
        }
        return List.copyOf(texts);
    }

    private PropertyException wrong(String problem) {
        return group.wrong(property, problem + ADVICE);
    }

    /** A flat object of texts, whole numbers, flags and lists of texts. */
    private Map<String, Object> parse(String text) {
        Map<String, Object> found = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("not a JSON object");
            }
            for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
                json.nextToken();
                found.put(key, value(key, json));
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw wrong("more than one JSON object");
            }
        } catch (IOException e) {
            throw wrong("not JSON");
        }
        return found;
    }

    private Object value(String key, JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> array(key, json);
            default -> throw wrong(key + ": neither text, whole number, flag nor list of texts");
        };
    }

    private List<String> array(String key, JsonParser json) throws IOException {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw wrong(key + ": wanted a list of texts");
            }
            texts.add(json.getText());
        }
        return texts;
    }
}
