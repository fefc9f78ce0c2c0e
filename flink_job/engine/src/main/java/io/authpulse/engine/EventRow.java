package io.authpulse.engine;

import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.types.RowKind;
import org.apache.flink.types.variant.Variant;

/**
 * A row that is a view of an event: its values are made when a writer asks for them, and its texts stay in the event's
 * block. It begins with the event's columns, which have the places of the event's texts.
 */
abstract class EventRow implements RowData {
    private static final int INGESTION_TIME = AuthEvent.SOURCE + 1;

    /** The first column behind the event's. */
    static final int OWN = INGESTION_TIME + 1;

    final AuthEvent event;
    private final int arity;
    private MemorySegment[] block; // the event's, made with the first text
    private RowKind kind = RowKind.INSERT;

    EventRow(AuthEvent event, int arity) {
        this.event = event;
        this.arity = arity;
    }

    /** A text of the event by its place, which must be there. */
    final StringData text(int place) {
        if (block == null) {
            block = new MemorySegment[] {MemorySegmentFactory.wrap(event.texts)};
        }
        int from = Texts.from(event.texts, place);
        return BinaryStringData.fromAddress(block, from, Texts.to(event.texts, place) - from);
    }

    @Override
    public boolean isNullAt(int column) {
        return column < INGESTION_TIME && column != AuthEvent.EVENT_TIME && !event.has(column);
    }

    @Override
    public StringData getString(int column) {
        if (column >= INGESTION_TIME || column == AuthEvent.EVENT_TIME) {
            throw wrong(column);
        }
        return text(column);
    }

    @Override
    public TimestampData getTimestamp(int column, int precision) {
        return switch (column) {
            case AuthEvent.EVENT_TIME -> TimestampData.fromEpochMillis(event.eventTime);
            case INGESTION_TIME -> TimestampData.fromEpochMillis(event.ingestionTime);
            default -> throw wrong(column);
        };
    }

    @Override
    public final int getArity() {
        return arity;
    }

    @Override
    public final RowKind getRowKind() {
        return kind;
    }

    @Override
    public final void setRowKind(RowKind kind) {
        this.kind = kind;
    }

    @Override
    public boolean getBoolean(int column) {
        throw wrong(column);
    }

    @Override
    public int getInt(int column) {
        throw wrong(column);
    }

    @Override
    public long getLong(int column) {
        throw wrong(column);
    }

    @Override
    public double getDouble(int column) {
        throw wrong(column);
    }

    @Override
    public ArrayData getArray(int column) {
        throw wrong(column);
    }

    @Override
    public byte getByte(int column) {
        throw wrong(column);
    }

    @Override
    public short getShort(int column) {
        throw wrong(column);
    }

    @Override
    public float getFloat(int column) {
        throw wrong(column);
    }

    @Override
    public DecimalData getDecimal(int column, int precision, int scale) {
        throw wrong(column);
    }

    @Override
    public <T> RawValueData<T> getRawValue(int column) {
        throw wrong(column);
    }

    @Override
    public byte[] getBinary(int column) {
        throw wrong(column);
    }

    @Override
    public MapData getMap(int column) {
        throw wrong(column);
    }

    @Override
    public RowData getRow(int column, int fields) {
        throw wrong(column);
    }

    @Override
    public Variant getVariant(int column) {
        throw wrong(column);
    }

    final IllegalArgumentException wrong(int column) {
        return new IllegalArgumentException(
                "column " + column + " of " + getClass().getSimpleName() + " is not of that type");
    }
}
