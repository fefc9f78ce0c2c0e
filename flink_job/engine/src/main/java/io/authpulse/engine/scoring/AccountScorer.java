package io.authpulse.engine.scoring;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.ScoredEvent;
import java.util.function.Supplier;

/** The first stage: an event against its account. What comes a second time ends here. */
public final class AccountScorer {
    private final RuleSet rules;
    private final Supplier<Popularity> popularity;
    private final int retentionMinutes;
    private final Entity.Figures figures = new Entity.Figures();

    /** @param popularity asked for each event: a new table may come at any time */
    public AccountScorer(RuleSet rules, Supplier<Popularity> popularity, int retentionMinutes) {
        this.rules = rules;
        this.popularity = popularity;
        this.retentionMinutes = retentionMinutes;
    }

    /** The event with its account's figures; null, and nothing changes, if it is among the account's last ones. */
    public ScoredEvent score(AuthEvent event, Entity account, Meetings behind) throws Exception {
        if (!account.ids().add(event.hash(AuthEvent.EVENT_ID))) {
            return null;
        }
        ScoredEvent scored = new ScoredEvent();
        scored.event = event;
        scored.late = account.see(event.eventTime);
        Popularity hosts = popularity.get();
        scored.hostPopularityPercentile = hosts.isKnown() ? hosts.percentile(event.computerId()) : Double.NaN;
        if (!event.isAttempt()) {
            return scored;
        }
        long host = event.hash(AuthEvent.COMPUTER_ID);
        account.count(event.eventTime, host, event.failed(), retentionMinutes, behind, figures);
        scored.hasAccount = true;
        scored.accountAttempts = figures.history;
        scored.attempts1h = account.attempts(Minutes.WINDOW);
        scored.failures1h = account.failures(Minutes.WINDOW);
        scored.distinctHosts1h = account.peers(Minutes.WINDOW);
        scored.knownHosts = figures.known;
        scored.newHost = figures.newPeer;
        rules.judge(Rule.Key.USER_ID, account, figures, scored.hostPopularityPercentile, scored);
        return scored;
    }
}
