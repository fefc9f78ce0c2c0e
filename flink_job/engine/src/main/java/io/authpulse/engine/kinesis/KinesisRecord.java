package io.authpulse.engine.kinesis;

/**
 * One record of a shard with its provenance. The bytes are the client's own and must not be changed.
 *
 * @param sequence decimal digits, growing within a shard
 * @param arrival when the service took it in, epoch milliseconds
 */
public record KinesisRecord(byte[] data, String sequence, long arrival) {}
