package io.authpulse.engine.state;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.AuthEventSerializer;
import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.scoring.SourceHostScorer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The two stages as parts of a job graph.
 *
 * <p>In which order does a stage see its events? The account stage in that of the shard, because a shard holds all of an
 * account. The source-host stage, when events are scored as they arrive, sees a merge of what several subtasks emit: each
 * account's events keep their order, but how accounts of one source host interleave is not that of the input, and another
 * run may see them otherwise. Its figures count the same events; which of them crosses a threshold may differ. In
 * event-time order both stages sort behind the watermark, and rows do not depend on the order of arrival, except of events
 * that come behind the watermark: they are scored at once by both.
 */
public final class Stages {
    private Stages() {}

    /** Every event once, with its account's figures. Duplicates end here. */
    public static SingleOutputStreamOperator<ScoredEvent> account(
            DataStream<AuthEvent> events, StageSettings settings) {
        EntityOperator<AuthEvent, ScoredEvent> operator = new EntityOperator<>(
                new AccountStage(settings),
                AuthEventSerializer.TYPE,
                settings,
                settings.rememberedIds(),
                settings.flushAfterMs());
        return events.keyBy(AuthEvent::userId, Types.STRING)
                .transform("account", ScoredEventSerializer.TYPE, operator)
                .uid("account");
    }

    /**
     * The same events with their source host's figures, where they have one, and the final score.
     *
     * <p>Those without pass through as well, spread by account: beside the stage they would have to be put together with
     * the others again, and what follows a union is a task of its own, to which every event travels.
     */
    public static SingleOutputStreamOperator<ScoredEvent> sourceHost(DataStream<ScoredEvent> scored, StageSettings settings) {
        // twice as patient as the stage before it, whose last release it must not run ahead of
        long patienceMs = 2 * settings.flushAfterMs();
        EntityOperator<ScoredEvent, ScoredEvent> operator = new EntityOperator<>(
                new SourceHostStage(settings), ScoredEventSerializer.TYPE, settings, 0, patienceMs);
        return scored.keyBy(Stages::sourceHostOrAccount, Types.STRING)
                .transform("source-host", ScoredEventSerializer.TYPE, operator)
                .uid("source-host");
    }

    private static String sourceHostOrAccount(ScoredEvent scored) {
        return SourceHostScorer.concerns(scored) ? scored.event.sourceHost() : scored.event.userId();
    }
}
