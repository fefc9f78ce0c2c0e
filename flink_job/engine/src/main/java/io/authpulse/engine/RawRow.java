package io.authpulse.engine;

import org.apache.flink.table.data.StringData;

/** A row of auth_events_raw: the event and where it was found. */
final class RawRow extends EventRow {
    private static final int SHARD_ID = OWN;
    private static final int SEQUENCE_NUMBER = OWN + 1;
    private static final int RECORD_INDEX = OWN + 2;

    RawRow(AuthEvent event) {
        super(event, Columns.RAW.getFieldCount());
    }

    @Override
    public StringData getString(int column) {
        return switch (column) {
            case SHARD_ID -> text(AuthEvent.SHARD_ID);
            case SEQUENCE_NUMBER -> text(AuthEvent.SEQUENCE_NUMBER);
            default -> super.getString(column);
        };
    }

    @Override
    public int getInt(int column) {
        if (column == RECORD_INDEX) {
            return event.recordIndex;
        }
        throw wrong(column);
    }
}
