package io.authpulse.engine.kinesis;

/**
 * What a call to Kinesis can end in.
 *
 * <pre>
 * KinesisException
 *   Throttled         too much at once: slower, later
 *   IteratorExpired   ask for a new one at the same position, now
 *   ShardGone         the shard, or its stream, is not there (any more)
 *   Unavailable       time-outs, lost connections, 5xx: the same again, later
 *   Refused           no repetition helps until somebody changes something; one line says what
 * </pre>
 */
public abstract sealed class KinesisException extends RuntimeException {
    private static final long serialVersionUID = 1;

    KinesisException(String message, Throwable cause) {
        super(message, cause);
    }

    public static final class Throttled extends KinesisException {
        private static final long serialVersionUID = 1;

        public Throttled(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public static final class IteratorExpired extends KinesisException {
        private static final long serialVersionUID = 1;

        public IteratorExpired(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public static final class ShardGone extends KinesisException {
        private static final long serialVersionUID = 1;

        public ShardGone(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public static final class Unavailable extends KinesisException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Fails the task; whether the job tries anew is the restart strategy's decision, since policies and streams get
     * repaired.
     */
    public static final class Refused extends KinesisException {
        private static final long serialVersionUID = 1;

        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
