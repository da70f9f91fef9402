package io.trailwatch.cli.lake;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Column;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Quarantined pieces read back from rows of the table {@code quarantine}. */
public final class QuarantineRows {
    public static final List<String> COLUMNS =
            Tables.QUARANTINE.columns().stream().map(Column::name).toList();

    private static final RowReader READER = new RowReader(COLUMNS);

    /** Of rows that were written before sizes were kept; nobody knows whether they are whole. */
    private static final long UNKNOWN_BYTES = Long.MAX_VALUE;

    private QuarantineRows() {}

    /** The piece of a row read with {@link #COLUMNS}. */
    public static Quarantined piece(Row row) {
        return new Quarantined(
                READER.text(row, "id"),
                new Origin(
                        READER.text(row, "source"),
                        READER.text(row, "shard"),
                        READER.text(row, "sequence"),
                        (int) READER.number(row, "sub_sequence"),
                        (int) READER.number(row, "index"),
                        READER.instant(row, "arrival_time")),
                READER.text(row, "stage"),
                RejectReason.valueOf(READER.text(row, "reason")),
                READER.text(row, "detail"),
                (byte[]) requireNonNull(row.value(Tables.QUARANTINE.indexOf("payload")), "payload"),
                requireNonNullElse(READER.numberOrNull(row, "total_bytes"), UNKNOWN_BYTES),
                Boolean.TRUE.equals(row.value(Tables.QUARANTINE.indexOf("whole_record"))),
                new Provenance(
                        textOrEmpty(row, "account"),
                        textOrEmpty(row, "region"),
                        textOrEmpty(row, "log_group"),
                        textOrEmpty(row, "log_stream"),
                        requireNonNullElse(READER.numberOrNull(row, "log_timestamp"), 0L)),
                textOrEmpty(row, "log_event_id"),
                cut(row));
    }

    private static Quarantined.@Nullable Cut cut(Row row) {
        String kind = READER.textOrNull(row, "kind");
        return kind == null
                ? null
                : new Quarantined.Cut(
                        LogKind.valueOf(kind),
                        READER.text(row, "format"),
                        READER.text(row, "event_key"),
                        READER.number(row, "event_hour"));
    }

    private static String textOrEmpty(Row row, String column) {
        return requireNonNullElse(READER.textOrNull(row, column), "");
    }
}
