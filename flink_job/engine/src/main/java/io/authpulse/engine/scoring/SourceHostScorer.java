package io.authpulse.engine.scoring;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.ScoredEvent;

/** The second stage: an attempt against the host it came from. */
public final class SourceHostScorer {
    private final RuleSet rules;
    private final int retentionMinutes;
    private final Entity.Figures figures = new Entity.Figures();

    public SourceHostScorer(RuleSet rules, int retentionMinutes) {
        this.rules = rules;
        this.retentionMinutes = retentionMinutes;
    }

    /** Whether this stage has anything to say about an event. */
    public static boolean concerns(ScoredEvent scored) {
        return scored.event.has(AuthEvent.SOURCE_HOST) && scored.event.isAttempt();
    }

    /** A copy of the event with its source host's figures and its final score. */
    public ScoredEvent score(ScoredEvent fromAccount, Entity host, Meetings behind) throws Exception {
        ScoredEvent scored = fromAccount.copy();
        AuthEvent event = scored.event;
        host.see(event.eventTime);
        long account = event.hash(AuthEvent.USER_ID);
        host.count(event.eventTime, account, event.failed(), retentionMinutes, behind, figures);
        scored.hasSource = true;
        scored.sourceAttempts1h = host.attempts(Minutes.WINDOW);
        scored.sourceFailures1h = host.failures(Minutes.WINDOW);
        scored.sourceAccounts1h = host.peers(Minutes.WINDOW);
        scored.newAccountAtSource = figures.newPeer;
        rules.judge(Rule.Key.SOURCE_HOST, host, figures, Double.NaN, scored);
        return scored;
    }
}
