package io.authpulse.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines, and where they begin. */
class LineReaderTest {
    @TempDir
    Path folder;

    @Test
    void a_file_is_its_lines() throws IOException {
        assertEquals(List.of("a@2", "bc@5"), read("a\nbc\n", 0));
    }

    @Test
    void the_last_line_needs_no_end() throws IOException {
        assertEquals(List.of("a@2", "bc@4"), read("a\nbc", 0));
    }

    @Test
    void an_empty_line_is_a_line() throws IOException {
        assertEquals(List.of("@1", "@2", "a@4"), read("\n\na\n", 0));
    }

    @Test
    void an_empty_file_has_none() throws IOException {
        assertEquals(List.of(), read("", 0));
    }

    @Test
    void lines_may_be_longer_than_the_buffer() throws IOException {
        String line = "é".repeat(100_000);
        assertEquals(List.of(line + "@200001", line + "@400002"), read(line + "\n" + line + "\n", 0));
    }

    @Test
    void a_line_may_end_exactly_where_the_buffer_does() throws IOException {
        for (int length : new int[] {(1 << 16) - 1, 1 << 16, (1 << 16) + 1}) {
            String line = "x".repeat(length);
            List<String> expected = List.of(line + "@" + (length + 1), "y@" + (length + 3));
            assertEquals(expected, read(line + "\ny\n", 0), length + " bytes");
        }
    }

    @Test
    void a_line_may_end_anywhere_among_bytes_that_look_like_its_end() throws IOException {
        StringBuilder content = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int length = 0; length < 40; length++) {
            String line = "\u000b\u0000\u008a\t\u010a".repeat(length).substring(0, length); // one or two bytes each
            content.append(line).append('\n');
            expected.add(line + "@" + content.toString().getBytes(StandardCharsets.UTF_8).length);
        }
        assertEquals(expected, read(content.toString(), 0));
    }

    @Test
    void reading_goes_on_at_an_offset() throws IOException {
        assertEquals(List.of("bc@5", "d@7"), read("a\nbc\nd\n", 2));
    }

    private List<String> read(String content, long offset) throws IOException {
        Path file = Files.writeString(folder.resolve("shard.jsonl"), content);
        List<String> lines = new ArrayList<>();
        try (LineReader reader = new LineReader(file.toString(), offset)) {
            for (byte[] line = reader.read(); line != null; line = reader.read()) {
                lines.add(new String(line, StandardCharsets.UTF_8) + "@" + reader.offset());
            }
        }
        return lines;
    }
}
