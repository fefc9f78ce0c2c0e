package io.authpulse.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several files read by one reader, and the state that says how far. */
class FileSplitReaderTest {
    @TempDir
    Path folder;

    private final FileSplitReader reader = new FileSplitReader();
    private final Map<String, List<String>> read = new HashMap<>();
    private final Set<String> finished = new HashSet<>();

    @Test
    void files_are_read_side_by_side_so_that_none_makes_the_others_late() throws IOException {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(file("a", 100), file("b", 100))));
        int apart = 0;
        while (finished.size() < 2) {
            fetch();
            apart = Math.max(apart, Math.abs(lines("a").size() - lines("b").size()));
        }
        assertTrue(apart < 100, "lines apart: " + apart);
        assertEquals(100, lines("a").size());
        assertEquals(lines("a"), lines("b"));
    }

    @Test
    void lines_are_numbered_from_one_and_go_on_where_a_state_says() throws IOException {
        FileSplitSerializer serializer = new FileSplitSerializer();
        FileSplit half = file("a", 4).from(3, 14); // lines are "line 1\n": 7 bytes each
        FileSplit restored = serializer.deserialize(serializer.getVersion(), serializer.serialize(half));
        assertEquals(half, restored);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(restored)));
        while (finished.isEmpty()) {
            fetch();
        }
        assertEquals(List.of("3: line 3", "4: line 4"), lines("a"));
    }

    @Test
    void the_enumerators_state_comes_back() throws IOException {
        FileSplitSerializer.OfList serializer = new FileSplitSerializer.OfList();
        List<FileSplit> splits = List.of(file("a", 1), file("b", 1).from(2, 7));
        assertEquals(splits, serializer.deserialize(serializer.getVersion(), serializer.serialize(splits)));
    }

    @Test
    void a_state_of_another_release_is_refused() throws IOException {
        byte[] state = new FileSplitSerializer().serialize(file("a", 1));
        String message = assertThrows(IOException.class, () -> new FileSplitSerializer().deserialize(2, state))
                .getMessage();
        assertEquals(
                "file source: state of version 2, known is 1; start from a snapshot of this release", message);
    }

    @Test
    void a_reader_without_files_waits_without_records() throws IOException {
        fetch();
        assertEquals(Map.of(), read);
        assertEquals(Set.of(), finished);
    }

    private void fetch() throws IOException {
        RecordsWithSplitIds<FileSplitReader.Line> batch = reader.fetch();
        for (String shard = batch.nextSplit(); shard != null; shard = batch.nextSplit()) {
            for (FileSplitReader.Line line = batch.nextRecordFromSplit();
                    line != null;
                    line = batch.nextRecordFromSplit()) {
                lines(shard).add(line.number() + ": " + new String(line.bytes(), StandardCharsets.UTF_8));
            }
        }
        finished.addAll(batch.finishedSplits());
    }

    private List<String> lines(String shard) {
        return read.computeIfAbsent(shard, id -> new ArrayList<>());
    }

    private FileSplit file(String shard, int lines) throws IOException {
        StringBuilder content = new StringBuilder();
        for (int i = 1; i <= lines; i++) {
            content.append("line ").append(i).append('\n');
        }
        Path file = Files.writeString(folder.resolve(shard + ".jsonl"), content);
        return new FileSplit(file.toString(), shard, 1, 0);
    }
}
