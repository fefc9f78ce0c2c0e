package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PopularityTest {
    @TempDir
    Path folder;

    @Test
    void aHostIsRankedAmongTheHostsThatAreKnown() {
        Map<String, Long> accounts = new HashMap<>();
        for (long i = 1; i <= 100; i++) {
            accounts.put("h" + i, i);
        }
        Popularity popularity = Popularity.of(accounts);
        assertEquals(1.0, popularity.percentile("h1"));
        assertEquals(100.0, popularity.percentile("h100"));
        assertEquals(0.0, popularity.percentile("unheard-of"));
    }

    @Test
    void tiesCountAsNoMoreUsed() {
        Popularity popularity = Popularity.of(Map.of("a", 1L, "b", 1L, "c", 1L, "d", 9L));
        assertEquals(75.0, popularity.percentile("a"));
    }

    @Test
    void withoutATableNothingIsKnown() {
        assertTrue(Double.isNaN(Popularity.UNKNOWN.percentile("a")));
        assertNull(PopularityFile.at(null, Map.of(), false));
    }

    @Test
    void aFileIsReadAsAthenaAndAsPythonWriteIt() throws IOException {
        Popularity popularity = table("\"computer_id\",\"accounts\"\n\"a,\"\"b\",\"1\"\nc,3\r\n").read(null).table();
        assertEquals(50.0, popularity.percentile("a,\"b"));
        assertEquals(100.0, popularity.percentile("c"));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "host,users\\na,1 | line 1: wanted the header computer_id,accounts",
                "computer_id,accounts\\na,1\\nb | line 3: wanted computer_id,accounts",
                "computer_id,accounts\\na,many | line 2: accounts: 'many' is not a whole number",
                "'' | line 1: wanted the header computer_id,accounts",
            })
    void aTableThatCannotBeReadSaysWhere(String text, String message) throws IOException {
        PopularityFile table = table(text.replace("\\n", "\n"));
        String said = assertThrows(PropertyException.class, () -> table.read(null)).getMessage();
        assertTrue(said.startsWith("property group authpulse.rules: popularity.uri: file:"), said);
        assertTrue(said.endsWith(message), said);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        PopularityFile table = PopularityFile.at(folder.resolve("none.csv").toUri().toString(), Map.of(), false);
        String said = assertThrows(PropertyException.class, () -> table.read(null)).getMessage();
        assertTrue(said.contains("none.csv: cannot be read: "), said);
        assertEquals(1, said.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts.csv", "/tmp/hosts.csv", "http://x/y", "s3://bucket", "s3:///key", "file:x.csv", "a b"})
    void anotherKindOfPlaceIsRefusedBeforeTheJobStarts(String text) {
        assertEquals(
                "property group authpulse.rules: popularity.uri: '" + text + "' is not s3://bucket/key or file:///path",
                assertThrows(PropertyException.class, () -> PopularityFile.at(text, Map.of(), false)).getMessage());
    }

    @Test
    void anObjectIsReadFromTheEndpointOfTheLake() throws IOException {
        HttpServer s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", exchange -> {
            boolean found = exchange.getRequestURI().getPath().equals("/bucket/pop/hosts.csv");
            byte[] body = "computer_id,accounts\na,1\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(found ? 200 : 404, found ? body.length : -1);
            exchange.getResponseBody().write(found ? body : new byte[0]);
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
            Popularity popularity = PopularityFile.at("s3://bucket/pop/hosts.csv", lake, false).read(null).table();
            assertEquals(100.0, popularity.percentile("a"));
            PopularityFile missing = PopularityFile.at("s3://bucket/none.csv", lake, false);
            String said = assertThrows(PropertyException.class, () -> missing.read(null)).getMessage();
            assertTrue(said.contains("s3://bucket/none.csv: cannot be read: "), said);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
            s3.stop(0);
        }
    }

    private PopularityFile table(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("hosts.csv"), text);
        return PopularityFile.at(file.toUri().toString(), Map.of(), false);
    }
}
