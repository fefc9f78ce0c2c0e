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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Where the popularity table lies: CSV with the columns {@code computer_id,accounts} at {@code s3://} or {@code file:}, as
 * {@code lakehouse.aggregates} writes it.
 */
public final class PopularityFile implements Serializable {
    public static final String KEY = "popularity.uri";
    private static final String HEADER = "computer_id,accounts";

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int NOT_MODIFIED = 304;
    private static final Set<Integer> NOT_THERE = Set.of(403, 404); // 403 to whoever may not list the bucket

    private final URI uri;
    private final HashMap<String, String> lake;
    private final boolean optional;

    private PopularityFile(URI uri, Map<String, String> lake, boolean optional) {
        this.uri = uri;
        this.lake = new HashMap<>(lake);
        this.optional = optional;
    }

    /**
     * What was read.
     *
     * @param version tells it from what comes to lie there later; null where nothing lies there
     */
    public record Edition(Popularity table, String version) {
        static final Edition NONE = new Edition(Popularity.UNKNOWN, null);
    }

    /**
     * @param text what the property says; null for no table
     * @param lake group {@code authpulse.lake}, of which S3's region and endpoint are taken
     * @param optional whether it may be missing, as long as nobody has written it
     */
    public static PopularityFile at(String text, Map<String, String> lake, boolean optional) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            boolean object = "s3".equals(uri.getScheme()) && uri.getAuthority() != null && uri.getPath().length() > 1;
            boolean file = "file".equals(uri.getScheme()) && uri.getAuthority() == null && uri.getPath() != null;
            if (object || file) {
                return new PopularityFile(uri, lake, optional);
            }
        } catch (IllegalArgumentException notAUri) {
            // said below, in our words
        }
        throw new PropertyException(RuleSet.GROUP, KEY, "'" + text + "' is not s3://bucket/key or file:///path");
    }

    /**
     * The table, or null if it still is the edition of that version. Raises PropertyException, one line, for a table that
     * cannot be read; one that may be missing and is, is {@link Edition#NONE}.
     *
     * @param known null to read it in any case
     */
    public Edition read(String known) {
        try {
            return "file".equals(uri.getScheme()) ? file(known) : object(known);
        } catch (NoSuchFileException e) {
            return missing(e);
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_MODIFIED) {
                return null;
            }
            if (NOT_THERE.contains(e.statusCode())) {
                return missing(e);
            }
            throw unreadable(e);
        } catch (IOException | SdkException e) {
            throw unreadable(e);
        }
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private Edition file(String known) throws IOException {
        Path path = Path.of(uri);
        String version = Files.getLastModifiedTime(path) + " " + Files.size(path);
        if (version.equals(known)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new Edition(parse(in), version);
        }
    }

    private Edition object(String known) throws IOException {
        try (S3Client s3 = client();
                ResponseInputStream<GetObjectResponse> in = s3.getObject(get -> get.bucket(uri.getAuthority())
                        .key(uri.getPath().substring(1))
                        .ifNoneMatch(known))) {
            return new Edition(parse(in), in.response().eTag());
        }
    }

    private S3Client client() {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(override -> override.apiCallTimeout(TIMEOUT))
                .forcePathStyle(Boolean.parseBoolean(lake.get("s3.path-style-access")));
        if (lake.containsKey("client.region")) {
            builder.region(Region.of(lake.get("client.region")));
        }
        String endpoint = lake.getOrDefault("s3.endpoint", "");
        if (!endpoint.isBlank()) {
            builder.endpointOverride(URI.create(endpoint));
        }
        return builder.build();
    }

    private Edition missing(Exception e) {
        if (optional) {
            return Edition.NONE;
        }
        throw unreadable(e);
    }

    private PropertyException unreadable(Exception e) {
        return wrong("cannot be read: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
    }

    private Popularity parse(InputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
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
