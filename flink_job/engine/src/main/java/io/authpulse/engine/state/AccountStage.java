package io.authpulse.engine.state;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.scoring.AccountScorer;
import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.Meetings;
import io.authpulse.engine.scoring.Popularity;

/** Events by account. */
final class AccountStage implements Stage<AuthEvent, ScoredEvent> {
    private final StageSettings settings;
    private transient AccountScorer scorer;

    AccountStage(StageSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() {
        Popularity popularity = settings.popularity() == null ? Popularity.UNKNOWN : settings.popularity().read();
        scorer = new AccountScorer(settings.rules(), popularity, settings.retentionMinutes());
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
