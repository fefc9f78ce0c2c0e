/**
 * A folder of files in place of a stream: what the bounded run and tests read.
 *
 * <p>One file is one shard, one line one record. All files are read side by side, as the shards of a stream are, so
 * that their watermarks advance together; an order between files would make all but the first one late.
 */
package io.authpulse.engine.files;
