package io.authpulse.engine;

/** An event with what the two stages made of it. The account stage makes it, the source-host stage completes it. */
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
}
