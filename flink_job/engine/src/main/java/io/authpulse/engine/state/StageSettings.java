package io.authpulse.engine.state;

import io.authpulse.engine.PropertyGroup;
import io.authpulse.engine.scoring.PopularitySettings;
import io.authpulse.engine.scoring.RuleSet;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What both stages are told.
 *
 * @param popularity where the table of hosts lies, if there is one
 * @param eventTimeOrder whether events are sorted behind the watermark before they are scored
 * @param flushAfterMs in event-time order: release what waits when no watermark has come for so long
 * @param rememberedIds how many event ids are remembered per account
 * @param retentionMinutes a pair not met for so long is new again
 * @param cacheBytes of entities in memory, per subtask and stage
 */
public record StageSettings(
        RuleSet rules,
        PopularitySettings popularity,
        boolean eventTimeOrder,
        long flushAfterMs,
        int rememberedIds,
        int retentionMinutes,
        long cacheBytes)
        implements Serializable {

    private static final String EVENT_TIME = "event-time";
    private static final String ARRIVAL = "arrival";
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final long MEBIBYTE = 1 << 20;

    /** Reads the property groups; docs/architecture.md lists the keys. Raises PropertyException, one line. */
    public static StageSettings of(Map<String, String> job, Map<String, String> lake, Map<String, String> rules) {
        PropertyGroup group = new PropertyGroup("authpulse.job", job);
        return new StageSettings(
                RuleSet.of(rules),
                PopularitySettings.of(rules, lake),
                EVENT_TIME.equals(group.choice("order", ARRIVAL, List.of(ARRIVAL, EVENT_TIME))),
                group.whole("order.flush.after.ms", 10_000, 1, 86_400_000),
                (int) group.whole("dedup.events", 512, 1, 1_000_000),
                (int) group.whole("retention.days", 30, 1, 3650) * MINUTES_PER_DAY,
                group.whole("cache.megabytes", 64, 1, 65_536) * MEBIBYTE);
    }
}
