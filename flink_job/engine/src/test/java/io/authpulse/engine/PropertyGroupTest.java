package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Properties, and the one line that says what is wrong with them. */
class PropertyGroupTest {
    private final PropertyGroup group = new PropertyGroup(
            "authpulse.job", Map.of("word", "b", "number", " 7 ", "empty", " ", "text", "x", "low", "0"));

    @Test
    void values_are_read() {
        assertEquals("x", group.text("text", "a text"));
        assertEquals("b", group.choice("word", "a", List.of("a", "b")));
        assertEquals(7, group.whole("number", 1, 1, 10));
        assertEquals(9, group.parsed("text", 1, "a text", text -> 9));
    }

    @Test
    void what_is_missing_or_empty_has_its_default() {
        for (String key : List.of("absent", "empty")) {
            assertNull(group.optional(key));
            assertEquals("a", group.choice(key, "a", List.of("a", "b")));
            assertEquals(1, group.whole(key, 1, 1, 10));
            assertEquals(1, group.parsed(key, 1, "a text", text -> 9));
        }
    }

    @Test
    void a_line_says_what_is_wrong_and_what_would_be_right() {
        says("empty: missing; wanted a text", () -> group.text("empty", "a text"));
        says("word: 'b' is not one of a, c", () -> group.choice("word", "a", List.of("a", "c")));
        says("text: 'x' is not a whole number from 1 to 10", () -> group.whole("text", 1, 1, 10));
        says("low: 0 is not from 1 to 10", () -> group.whole("low", 1, 1, 10));
        says("number: 7 is not from 8 to 10", () -> group.whole("number", 8, 8, 10));
        says("number: 7 is not from 1 to 6", () -> group.whole("number", 1, 1, 6));
        says("text: 'x' is not a colour", () -> group.parsed("text", 1, "a colour", Integer::valueOf));
    }

    private static void says(String line, Executable reading) {
        String message = assertThrows(PropertyException.class, reading).getMessage();
        assertEquals("property group authpulse.job: " + line, message);
    }
}
