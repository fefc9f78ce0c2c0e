package io.authpulse.engine;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.StringData;

/** A row of auth_events_curated: the event, what was known of its account and its source host, and what that means. */
final class CuratedRow extends EventRow {
    private static final int LATE = OWN;
    private static final int ACCOUNT_ATTEMPTS = OWN + 1; // the first of the account's figures
    private static final int ATTEMPTS_1H = OWN + 2;
    private static final int FAILURES_1H = OWN + 3;
    private static final int DISTINCT_HOSTS_1H = OWN + 4;
    private static final int KNOWN_HOSTS = OWN + 5;
    private static final int NEW_HOST = OWN + 6; // the last of them
    private static final int HOST_POPULARITY_PERCENTILE = OWN + 7;
    private static final int SOURCE_ATTEMPTS_1H = OWN + 8; // the first of the source host's
    private static final int SOURCE_FAILURES_1H = OWN + 9;
    private static final int SOURCE_ACCOUNTS_1H = OWN + 10;
    private static final int NEW_ACCOUNT_AT_SOURCE = OWN + 11; // the last of them
    private static final int RISK_SCORE = OWN + 12;
    private static final int RISK_LEVEL = OWN + 13;
    private static final int RULES = OWN + 14;
    private static final int SHADOW_RULES = OWN + 15;

    private final ScoredEvent scored;
    private final StringData level;
    private final ArrayData rules;
    private final ArrayData shadowRules;

    CuratedRow(ScoredEvent scored, StringData level, ArrayData rules, ArrayData shadowRules) {
        super(scored.event, Columns.CURATED.getFieldCount());
        this.scored = scored;
        this.level = level;
        this.rules = rules;
        this.shadowRules = shadowRules;
    }

    @Override
    public boolean isNullAt(int column) {
        if (column < ACCOUNT_ATTEMPTS) {
            return super.isNullAt(column);
        }
        if (column <= NEW_HOST) {
            return !scored.hasAccount;
        }
        if (column == HOST_POPULARITY_PERCENTILE) {
            return Double.isNaN(scored.hostPopularityPercentile);
        }
        return column <= NEW_ACCOUNT_AT_SOURCE && !scored.hasSource;
    }

    @Override
    public boolean getBoolean(int column) {
        return switch (column) {
            case LATE -> scored.late;
            case NEW_HOST -> scored.newHost;
            case NEW_ACCOUNT_AT_SOURCE -> scored.newAccountAtSource;
            default -> throw wrong(column);
        };
    }

    @Override
    public int getInt(int column) {
        return switch (column) {
            case ATTEMPTS_1H -> scored.attempts1h;
            case FAILURES_1H -> scored.failures1h;
            case DISTINCT_HOSTS_1H -> scored.distinctHosts1h;
            case SOURCE_ATTEMPTS_1H -> scored.sourceAttempts1h;
            case SOURCE_FAILURES_1H -> scored.sourceFailures1h;
            case SOURCE_ACCOUNTS_1H -> scored.sourceAccounts1h;
            case RISK_SCORE -> scored.riskScore;
            default -> throw wrong(column);
        };
    }

    @Override
    public long getLong(int column) {
        return switch (column) {
            case ACCOUNT_ATTEMPTS -> scored.accountAttempts;
            case KNOWN_HOSTS -> scored.knownHosts;
            default -> throw wrong(column);
        };
    }

    @Override
    public double getDouble(int column) {
        if (column == HOST_POPULARITY_PERCENTILE) {
            return scored.hostPopularityPercentile;
        }
        throw wrong(column);
    }

    @Override
    public StringData getString(int column) {
        return column == RISK_LEVEL ? level : super.getString(column);
    }

    @Override
    public ArrayData getArray(int column) {
        return switch (column) {
            case RULES -> rules;
            case SHADOW_RULES -> shadowRules;
            default -> throw wrong(column);
        };
    }
}
