package io.authpulse.engine.scoring;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How many accounts use each host, and from that the share of hosts that are no more used. */
public final class Popularity {
    /** Without a table: every percentile is unknown. */
    public static final Popularity UNKNOWN = new Popularity(null);

    private final Map<String, Double> percentiles; // by host; null for UNKNOWN

    private Popularity(Map<String, Double> percentiles) {
        this.percentiles = percentiles;
    }

    public static Popularity of(Map<String, Long> accountsByHost) {
        TreeMap<Long, Long> hostsWith = new TreeMap<>();
        for (Long accounts : accountsByHost.values()) {
            hostsWith.merge(accounts, 1L, Long::sum);
        }
        Map<Long, Double> percentileOf = new HashMap<>();
        long noMoreUsed = 0;
        for (Map.Entry<Long, Long> next : hostsWith.entrySet()) {
            noMoreUsed += next.getValue();
            percentileOf.put(next.getKey(), 100.0 * noMoreUsed / accountsByHost.size());
        }
        Map<String, Double> percentiles = new HashMap<>();
        accountsByHost.forEach((host, accounts) -> percentiles.put(host, percentileOf.get(accounts)));
        return new Popularity(percentiles);
    }

    /** Whether there is a table. */
    public boolean isKnown() {
        return percentiles != null;
    }

    /** 0 to 100, ties counting as no more used; 0 for a host that nobody is known to use, NaN without a table. */
    public double percentile(String host) {
        return percentiles == null ? Double.NaN : percentiles.getOrDefault(host, 0.0);
    }
}
