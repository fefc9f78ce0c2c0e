/**
 * The two keyed stages: what {@code scoring} knows of an entity, kept in Flink's state behind a cache, exactly once.
 *
 * <p>{@link io.authpulse.engine.state.Stages} is the way in.
 */
package io.authpulse.engine.state;
