package io.authpulse.engine.scoring;

import io.authpulse.engine.PropertyException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The popularity table as it is now. A thread of its own looks for a new one, so events never wait for it; one that cannot
 * be read is said in the log, and the last good one stays.
 */
public final class LivePopularity implements Supplier<Popularity>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LivePopularity.class);

    private final PopularityFile file;
    private final ScheduledExecutorService refreshing; // null where nothing is looked for
    private String version;
    private volatile Popularity current;

    private LivePopularity(PopularityFile file, PopularityFile.Edition first, ScheduledExecutorService refreshing) {
        this.file = file;
        this.refreshing = refreshing;
        version = first.version();
        current = first.table();
    }

    /** Without a table. */
    public static LivePopularity unknown() {
        return new LivePopularity(null, PopularityFile.Edition.NONE, null);
    }

    /**
     * Reads the file now, and looks at it again after each {@code refreshMs}; never, if that is 0. Raises PropertyException
     * for a file that cannot be read now.
     */
    public static LivePopularity of(PopularityFile file, long refreshMs) {
        PopularityFile.Edition first = file.read(null);
        if (!first.table().isKnown()) {
            LOG.info("popularity: nothing lies at {} yet; rules that need it are silent", file);
        }
        if (refreshMs == 0) {
            return new LivePopularity(file, first, null);
        }
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "authpulse-popularity");
            thread.setDaemon(true);
            return thread;
        });
        LivePopularity live = new LivePopularity(file, first, executor);
        executor.scheduleWithFixedDelay(live::refresh, refreshMs, refreshMs, TimeUnit.MILLISECONDS);
        return live;
    }

    @Override
    public Popularity get() {
        return current;
    }

    /** Looks for a new table once. */
    void refresh() {
        try {
            PopularityFile.Edition found = file.read(version);
            if (found == null) {
                return;
            }
            if (found.table().isKnown()) {
                current = found.table();
                version = found.version();
                LOG.info("popularity: read {} anew", file);
            } else if (current.isKnown()) {
                LOG.warn("popularity: nothing lies at {} any more; the last table stays", file);
            }
        } catch (PropertyException e) {
            LOG.warn("{}; the last table stays", e.getMessage());
        } catch (RuntimeException e) { // a schedule ends at the first exception
            LOG.warn("popularity: {} could not be looked at; the last table stays", file, e);
        }
    }

    @Override
    public void close() {
        if (refreshing != null) {
            refreshing.shutdownNow();
        }
    }
}
