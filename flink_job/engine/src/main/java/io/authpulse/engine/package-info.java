/**
 * The per-event half of the AuthPulse job: what Python composes, this carries out.
 *
 * <p>{@code kinesis} (or {@code files}, in a bounded run) brings records with their provenance, {@link
 * io.authpulse.engine.AuthEventCodec} makes events of them, {@code scoring} knows what they mean (plain classes, no
 * Flink), {@code state} keeps what is known of accounts and source hosts, and {@link io.authpulse.engine.Engine} puts
 * it together and shows the results as tables. {@code lake} is how SQL reaches the tables that take them.
 *
 * <p>The meaning of every figure is that of {@code flink_job/reference.py}; tests require equal rows of both.
 */
package io.authpulse.engine;
