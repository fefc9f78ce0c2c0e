package io.authpulse.engine.state;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.scoring.AccountScorer;
import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.LivePopularity;
import io.authpulse.engine.scoring.Meetings;

/** Events by account. */
final class AccountStage implements Stage<AuthEvent, ScoredEvent> {
    private final StageSettings settings;
    private transient LivePopularity popularity;
    private transient AccountScorer scorer;

    AccountStage(StageSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() {
        popularity = settings.popularity().open();
        scorer = new AccountScorer(settings.rules(), popularity, settings.retentionMinutes());
    }

    @Override
    public void close() {
        if (popularity != null) {
            popularity.close();
        }
    }

    @Override
    public long time(AuthEvent event) {
        return event.eventTime;
    }

    @Override
    public String id(AuthEvent event) {
        return event.eventId();
    }

    @Override
    public ScoredEvent score(AuthEvent event, Entity entity, Meetings behind) throws Exception {
        return scorer.score(event, entity, behind);
    }
}
