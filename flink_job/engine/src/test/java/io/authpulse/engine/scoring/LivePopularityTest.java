package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.authpulse.engine.PropertyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePopularityTest {
    private static final String RARE = "computer_id,accounts\na,1\nb,2\nc,3\nd,4\n";
    private static final String COMMON = "computer_id,accounts\na,9\nb,2\nc,3\nd,4\n";

    @TempDir
    Path folder;

    private LivePopularity live;

    @AfterEach
    void close() {
        if (live != null) {
            live.close();
        }
    }

    @Test
    void aNewFileIsReadBehindTheJobsBack() throws Exception {
        write(RARE);
        live = LivePopularity.of(file(false), 10);
        assertEquals(25.0, live.get().percentile("a"));
        write(COMMON + "e,10\n"); // longer: a clock that is coarse must not hide it
        until(() -> live.get().percentile("e") == 100.0);
        assertEquals(80.0, live.get().percentile("a"));
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() throws Exception {
        write(RARE);
        live = LivePopularity.of(file(false), 0);
        Popularity before = live.get();
        live.refresh();
        assertSame(before, live.get());
    }

    @Test
    void aBrokenTableAndAMissingOneLeaveTheLastGoodOneInPlace() throws Exception {
        write(RARE);
        live = LivePopularity.of(file(false), 0);
        Popularity good = live.get();
        write("computer_id,accounts\na,many\n");
        assertDoesNotThrow(live::refresh);
        assertSame(good, live.get());
        Files.delete(path());
        assertDoesNotThrow(live::refresh);
        assertSame(good, live.get());
        write(COMMON + "e,10\n");
        live.refresh();
        assertEquals(80.0, live.get().percentile("a"));
    }

    @Test
    void onlyATableThatMayBeMissingMayBeMissingAtTheStart() throws Exception {
        assertThrows(PropertyException.class, () -> LivePopularity.of(file(false), 0));
        live = LivePopularity.of(file(true), 0);
        assertFalse(live.get().isKnown());
        live.refresh();
        assertFalse(live.get().isKnown());
        write(RARE);
        live.refresh();
        assertEquals(25.0, live.get().percentile("a"));
        Files.delete(path());
        live.refresh();
        assertTrue(live.get().isKnown());
    }

    @Test
    void aTableThatMayBeMissingMayNotBeBrokenAtTheStart() throws Exception {
        write("host;users\n");
        assertThrows(PropertyException.class, () -> LivePopularity.of(file(true), 0));
    }

    @Test
    void anObjectIsAskedForByItsETag() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", exchange -> {
            String known = exchange.getRequestHeaders().getFirst("If-None-Match");
            asked.add(String.valueOf(known));
            byte[] body = RARE.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("ETag", "\"one\"");
            boolean same = "\"one\"".equals(known);
            exchange.sendResponseHeaders(same ? 304 : 200, same ? -1 : body.length);
            if (!same) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        s3.start();
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        try {
            Map<String, String> lake = Map.of(
                    "client.region", "eu-west-1",
                    "s3.endpoint", "http://127.0.0.1:" + s3.getAddress().getPort(),
                    "s3.path-style-access", "true");
            PopularityFile object = PopularityFile.at("s3://bucket/popularity/current.csv", lake, true);
            PopularityFile.Edition first = object.read(null);
            assertNotNull(first);
            assertEquals("\"one\"", first.version());
            assertEquals(25.0, first.table().percentile("a"));
            assertNull(object.read(first.version()));
            assertEquals(List.of("null", "\"one\""), asked);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
            s3.stop(0);
        }
    }

    private Path path() {
        return folder.resolve("hosts.csv");
    }

    private void write(String text) throws IOException {
        Files.writeString(path(), text);
    }

    private PopularityFile file(boolean optional) {
        return PopularityFile.at(path().toUri().toString(), Map.of(), optional);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within 120 s");
            Thread.sleep(5);
        }
    }
}
