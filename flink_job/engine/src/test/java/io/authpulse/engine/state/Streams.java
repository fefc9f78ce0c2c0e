package io.authpulse.engine.state;

import io.authpulse.engine.Alert;
import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.EventBuilder;
import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.scoring.AccountScorer;
import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.LivePopularity;
import io.authpulse.engine.scoring.Meetings;
import io.authpulse.engine.scoring.PopularitySettings;
import io.authpulse.engine.scoring.RecentIds;
import io.authpulse.engine.scoring.SourceHostScorer;
import io.authpulse.engine.scoring.TestRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Events for tests, and what both stages make of them when nothing is between the scorers and plain maps. */
final class Streams {
    static final long START = 1_748_854_800_000L;
    static final int MINUTE = 60_000;
    static final long DAY = 24L * 60 * MINUTE;
    static final int RETENTION = 24 * 60;
    static final int REMEMBERED = 16;
    private static final PopularitySettings NO_TABLE = new PopularitySettings(null, 0);

    private Streams() {}

    static StageSettings settings(long cacheBytes) {
        return new StageSettings(TestRules.some(), NO_TABLE, false, 10_000, REMEMBERED, RETENTION, cacheBytes);
    }

    static StageSettings inEventTime(long cacheBytes) {
        return new StageSettings(TestRules.some(), NO_TABLE, true, 10_000, REMEMBERED, RETENTION, cacheBytes);
    }

    static AuthEvent event(String id, long time, String user, String host, String source) {
        return builder(id, time, user, host, source).event();
    }

    private static EventBuilder builder(String id, long time, String user, String host, String source) {
        return new EventBuilder()
                .put(AuthEvent.EVENT_ID, id)
                .put(AuthEvent.USER_ID, user)
                .put(AuthEvent.SOURCE_HOST, source)
                .put(AuthEvent.COMPUTER_ID, host)
                .put(AuthEvent.OUTCOME, "Success")
                .put(AuthEvent.SOURCE, "log:" + id)
                .put(AuthEvent.SHARD_ID, "shard")
                .put(AuthEvent.SEQUENCE_NUMBER, "1")
                .time(time)
                .found(START, 0);
    }

    /** Some accounts, one of them on very many hosts; disorder, repeats, log-offs, and gaps beyond retention. */
    static List<AuthEvent> random(int seed, int size) {
        Random random = new Random(seed);
        List<AuthEvent> events = new ArrayList<>();
        long time = START;
        for (int i = 0; i < size; i++) {
            time += random.nextInt(400) == 0 ? random.nextLong(DAY * 3 / 2) : random.nextInt(MINUTE / 2);
            if (random.nextInt(25) == 0 && i > 0) {
                events.add(events.get(i - 1 - random.nextInt(Math.min(i, 8))));
                continue;
            }
            long at = time - (random.nextInt(10) == 0 ? random.nextInt(3 * MINUTE) : 0);
            String user = "u" + random.nextInt(40);
            String host = "h" + (user.equals("u7") ? random.nextInt(300) : random.nextInt(9));
            String source = random.nextInt(5) == 0 ? null : "s" + random.nextInt(12);
            events.add(builder(String.format("%08x", random.nextInt()), at, user, host, source)
                    .put(AuthEvent.OUTCOME, random.nextInt(4) == 0 ? "Fail" : "Success")
                    .put(AuthEvent.ORIENTATION, random.nextInt(12) == 0 ? "LogOff" : "LogOn")
                    .event());
        }
        return events;
    }

    static List<AuthEvent> sorted(List<AuthEvent> events) {
        List<AuthEvent> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.<AuthEvent>comparingLong(e -> e.eventTime).thenComparing(AuthEvent::eventId));
        return sorted;
    }

    /** The account stage over plain maps. */
    static List<String> accountRows(List<AuthEvent> events) throws Exception {
        return account(events).stream().map(Streams::row).toList();
    }

    /** Both stages over plain maps, one event after the other. */
    static List<String> rows(List<AuthEvent> events) throws Exception {
        SourceHostScorer scorer = new SourceHostScorer(TestRules.some(), RETENTION);
        Map<String, Plain> hosts = new HashMap<>();
        List<String> rows = new ArrayList<>();
        for (ScoredEvent scored : account(events)) {
            ScoredEvent done = scored;
            if (SourceHostScorer.concerns(scored)) {
                Plain host = Plain.of(hosts, scored.event.sourceHost(), scored.event.eventTime);
                done = scorer.score(scored, host.entity, host);
            }
            rows.add(row(done));
        }
        return rows;
    }

    private static List<ScoredEvent> account(List<AuthEvent> events) throws Exception {
        AccountScorer scorer = new AccountScorer(TestRules.some(), LivePopularity.unknown(), RETENTION);
        Map<String, Plain> accounts = new HashMap<>();
        List<ScoredEvent> out = new ArrayList<>();
        for (AuthEvent event : events) {
            Plain account = Plain.of(accounts, event.userId(), event.eventTime);
            ScoredEvent scored = scorer.score(event, account.entity, account);
            if (scored != null) {
                out.add(scored);
            }
        }
        return out;
    }

    /** All that a row holds, as text that can be compared and read. */
    static String row(ScoredEvent scored) {
        StringBuilder text = new StringBuilder();
        text.append(scored.event.eventId()).append(" at ").append(scored.event.eventTime - START);
        text.append(" account ").append(scored.hasAccount).append(' ').append(scored.accountAttempts);
        text.append(' ').append(scored.attempts1h).append(' ').append(scored.failures1h);
        text.append(' ').append(scored.distinctHosts1h).append(' ').append(scored.knownHosts);
        text.append(' ').append(scored.newHost).append(' ').append(scored.late);
        text.append(" source ").append(scored.hasSource).append(' ').append(scored.sourceAttempts1h);
        text.append(' ').append(scored.sourceFailures1h).append(' ').append(scored.sourceAccounts1h);
        text.append(' ').append(scored.newAccountAtSource);
        text.append(" rules ").append(scored.fired).append(' ').append(scored.shadowFired);
        text.append(' ').append(scored.riskScore).append(' ').append(scored.hostPopularityPercentile);
        for (Alert alert : scored.alerts) {
            text.append(" | ").append(alert.rule).append(' ').append(alert.observed).append(' ').append(alert.baseline);
            text.append(' ').append(alert.explanation);
        }
        return text.toString();
    }

    private static final class Plain implements Meetings {
        final Entity entity = new Entity();
        private final Map<Long, Integer> meetings = new HashMap<>();

        static Plain of(Map<String, Plain> all, String name, long time) {
            Plain known = all.get(name);
            if (known == null || known.entity.isForgotten(time, RETENTION)) {
                known = new Plain();
                known.entity.remembers(new RecentIds(REMEMBERED));
                all.put(name, known);
            }
            return known;
        }

        @Override
        public int get(long peer) {
            return meetings.getOrDefault(peer, NEVER);
        }

        @Override
        public void put(long peer, int minute) {
            meetings.put(peer, minute);
        }
    }
}
