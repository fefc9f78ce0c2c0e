package io.authpulse.engine.state;

import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.Meetings;
import io.authpulse.engine.scoring.SourceHostScorer;

/** What the account stage let through, by source host. */
final class SourceHostStage implements Stage<ScoredEvent, ScoredEvent> {
    private final StageSettings settings;
    private transient SourceHostScorer scorer;

    SourceHostStage(StageSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() {
        scorer = new SourceHostScorer(settings.rules(), settings.retentionMinutes());
    }

    @Override
    public long time(ScoredEvent scored) {
        return scored.event.eventTime;
    }

    @Override
    public String id(ScoredEvent scored) {
        return scored.event.eventId();
    }

    @Override
    public ScoredEvent passedBy(ScoredEvent scored) {
        return SourceHostScorer.concerns(scored) ? null : scored;
    }

    @Override
    public ScoredEvent score(ScoredEvent scored, Entity entity, Meetings behind) throws Exception {
        return scorer.score(scored, entity, behind);
    }
}
