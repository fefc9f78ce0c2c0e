package io.authpulse.engine;

/**
 * An event with what the two stages made of it. The account stage makes it, the source-host stage completes a copy.
 *
 * <p>Never changed after it was emitted, so it may be shared.
 */
public final class ScoredEvent {
    public AuthEvent event;
    public boolean late;

    /** Whether the account's figures hold: not for a log-off. */
    public boolean hasAccount;

    public long accountAttempts;
    public int attempts1h;
    public int failures1h;
    public int distinctHosts1h;
    public long knownHosts;
    public boolean newHost;

    public double hostPopularityPercentile = Double.NaN; // NaN without a popularity table

    /** Whether the source host's figures hold: not for a log-off, nor without a source host. */
    public boolean hasSource;

    public int sourceAttempts1h;
    public int sourceFailures1h;
    public int sourceAccounts1h;
    public boolean newAccountAtSource;

    /** Rules that fired, one bit each by their place in the rules' order; a property group holds at most 49. */
    public long fired;

    public long shadowFired;

    public int riskScore; // final after the source-host stage

    /** Findings that are not muted, in the rules' order within each stage. */
    public Alert[] alerts = NO_ALERTS;

    public static final Alert[] NO_ALERTS = {};

    /** Shares the event and the alerts, which are never changed. */
    public ScoredEvent copy() {
        ScoredEvent copy = new ScoredEvent();
        copy.event = event;
        copy.late = late;
        copy.hasAccount = hasAccount;
        copy.accountAttempts = accountAttempts;
        copy.attempts1h = attempts1h;
        copy.failures1h = failures1h;
        copy.distinctHosts1h = distinctHosts1h;
        copy.knownHosts = knownHosts;
        copy.newHost = newHost;
        copy.hostPopularityPercentile = hostPopularityPercentile;
        copy.hasSource = hasSource;
        copy.sourceAttempts1h = sourceAttempts1h;
        copy.sourceFailures1h = sourceFailures1h;
        copy.sourceAccounts1h = sourceAccounts1h;
        copy.newAccountAtSource = newAccountAtSource;
        copy.fired = fired;
        copy.shadowFired = shadowFired;
        copy.riskScore = riskScore;
        copy.alerts = alerts;
        return copy;
    }
}
