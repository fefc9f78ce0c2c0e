package io.authpulse.engine.scoring;

import io.authpulse.engine.PropertyGroup;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Where the popularity table lies, and how often to look whether there is a new one.
 *
 * @param file null for no table at all
 * @param refreshMs 0 for never
 */
public record PopularitySettings(PopularityFile file, long refreshMs) implements Serializable {
    private static final String OPTIONAL = "popularity.optional";
    private static final String REFRESH = "popularity.refresh.ms";
    private static final long EVERY_FIVE_MINUTES = 300_000;
    private static final long DAY = 86_400_000;

    /**
     * Reads the properties; docs/architecture.md lists them. Raises PropertyException, one line.
     *
     * @param lake group {@code authpulse.lake}, of which S3's region and endpoint are taken
     */
    public static PopularitySettings of(Map<String, String> rules, Map<String, String> lake) {
        PropertyGroup group = new PropertyGroup(RuleSet.GROUP, rules);
        boolean optional = "true".equals(group.choice(OPTIONAL, "false", List.of("true", "false")));
        return new PopularitySettings(
                PopularityFile.at(group.optional(PopularityFile.KEY), lake, optional),
                group.whole(REFRESH, EVERY_FIVE_MINUTES, 0, DAY));
    }

    /** Reads the table for the first time. Raises PropertyException for one that cannot be read. */
    public LivePopularity open() {
        return file == null ? LivePopularity.unknown() : LivePopularity.of(file, refreshMs);
    }
}
