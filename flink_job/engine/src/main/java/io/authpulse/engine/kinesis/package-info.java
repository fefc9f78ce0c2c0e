/**
 * The project's own Kinesis source (FLIP-27).
 *
 * <p>Why not the stock connector: it gives neither arrival time nor sequence number to a decoder, no watermark per
 * shard in SQL, and refuses partial recovery, which turns every lost TaskManager into a global restart.
 *
 * <p>{@link io.authpulse.engine.kinesis.ShardEnumerator} finds shards and hands them out, parents before children;
 * {@link io.authpulse.engine.kinesis.ShardReader} polls them; {@link io.authpulse.engine.kinesis.KinesisApi} is all
 * they know of the service.
 */
package io.authpulse.engine.kinesis;
