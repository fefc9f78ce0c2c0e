package io.authpulse.engine.scoring;

import io.authpulse.engine.PropertyException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Where the popularity table lies: CSV with the columns {@code computer_id,accounts} at {@code s3://} or {@code file:}, as
 * Athena and {@code lakehouse/queries/host_popularity.sql} make it. Read once per task.
 */
public final class PopularityFile implements Serializable {
    public static final String KEY = "popularity.uri";
    private static final String HEADER = "computer_id,accounts";

    private final URI uri;
    private final HashMap<String, String> lake;

    private PopularityFile(URI uri, Map<String, String> lake) {
        this.uri = uri;
        this.lake = new HashMap<>(lake);
    }

    /**
     * @param text what the property says; null for no table
     * @param lake group {@code authpulse.lake}, of which S3's region and endpoint are taken
     */
    public static PopularityFile at(String text, Map<String, String> lake) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            boolean object = "s3".equals(uri.getScheme()) && uri.getAuthority() != null && uri.getPath().length() > 1;
            boolean file = "file".equals(uri.getScheme()) && uri.getAuthority() == null && uri.getPath() != null;
            if (object || file) {
                return new PopularityFile(uri, lake);
            }
        } catch (IllegalArgumentException notAUri) {
            // said below, in our words
        }
        throw new PropertyException(RuleSet.GROUP, KEY, "'" + text + "' is not s3://bucket/key or file:///path");
    }

    /** Raises PropertyException, one line, for a table that cannot be read. */
    public Popularity read() {
        try (InputStream in = open()) {
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException | SdkException e) {
            throw wrong("cannot be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
        }
    }

    private InputStream open() throws IOException {
        if ("file".equals(uri.getScheme())) {
            return Files.newInputStream(Path.of(uri));
        }
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(ApacheHttpClient.builder())
                .forcePathStyle(Boolean.parseBoolean(lake.get("s3.path-style-access")));
        if (lake.containsKey("client.region")) {
            builder.region(Region.of(lake.get("client.region")));
        }
        String endpoint = lake.getOrDefault("s3.endpoint", "");
        if (!endpoint.isBlank()) {
            builder.endpointOverride(URI.create(endpoint));
        }
        try (S3Client s3 = builder.build()) {
            String key = uri.getPath().substring(1);
            return s3.getObjectAsBytes(get -> get.bucket(uri.getAuthority()).key(key)).asInputStream();
        }
    }

    private Popularity parse(BufferedReader lines) throws IOException {
        Map<String, Long> accounts = new HashMap<>();
        String header = lines.readLine();
        if (header == null || !header.replace("\"", "").strip().equals(HEADER)) {
            throw wrong("line 1: wanted the header " + HEADER);
        }
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            int comma = line.lastIndexOf(',');
            if (comma < 0) {
                throw wrong("line " + number + ": wanted computer_id,accounts");
            }
            accounts.put(unquoted(line.substring(0, comma)), count(unquoted(line.substring(comma + 1)), number));
        }
        return Popularity.of(accounts);
    }

    private long count(String text, int line) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw wrong("line " + line + ": accounts: '" + text + "' is not a whole number");
        }
    }

    private static String unquoted(String field) {
        boolean quoted = field.length() > 1 && field.startsWith("\"") && field.endsWith("\"");
        return quoted ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field;
    }

    private PropertyException wrong(String problem) {
        return new PropertyException(RuleSet.GROUP, KEY, uri + ": " + problem);
    }
}
