package io.trailwatch.pipeline.job;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.iceberg.LakeScan;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSource;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.pipeline.function.LogEventType;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Reads events back from the tables of a lake. A row keeps the text of its event, its key, the
 * format and what the envelopes said. It does not keep the place the event was cut from, and not
 * its arrival: that of an event without a time of its own is the time of the row.
 */
public final class StoredEvents {
    private static final List<String> COLUMNS =
            List.of("event_key", "time_dt", "raw_data", "source_log");
    private static final long SECONDS_OF_HOUR = 3_600;

    private static final Map<LogKind, TableLayout> TABLES =
            Map.of(
                    LogKind.CLOUDTRAIL, Tables.CLOUD_TRAIL,
                    LogKind.VPC_FLOW, Tables.VPC_FLOW,
                    LogKind.APP_EVENT, Tables.APP_EVENTS,
                    LogKind.HTTP_ACCESS, Tables.HTTP_ACTIVITY,
                    LogKind.DNS_QUERY, Tables.DNS_ACTIVITY,
                    LogKind.KUBERNETES_AUDIT, Tables.EKS_AUDIT,
                    LogKind.AWS_FINDING, Tables.AWS_FINDINGS);

    private StoredEvents() {}

    /** The table that holds the events of a kind. */
    public static TableLayout table(LogKind kind) {
        return requireNonNull(TABLES.get(kind), kind::name);
    }

    /** What is read of the events of a kind with a time in the range, see {@link LakeScan}. */
    public static LakeScan scan(LogKind kind, @Nullable Instant from, @Nullable Instant to) {
        return new LakeScan(table(kind), COLUMNS, from, to);
    }

    /** Events of a kind in the lake's present snapshot; their format is empty where unknown. */
    public static DataStream<LogEvent> read(
            StreamExecutionEnvironment env,
            LakeSettings lake,
            LogKind kind,
            @Nullable Instant from,
            @Nullable Instant to) {
        TableLayout table = table(kind);
        return LakeSource.rows(
                env,
                lake,
                scan(kind, from, to),
                new EventMapper(kind, "table " + table.name()),
                "events-" + table.name().replace('_', '-'),
                "events of " + table.name());
    }

    private static final class EventMapper implements LakeSource.Mapper<LogEvent> {
        private static final long serialVersionUID = 1L;

        private final LogKind kind;
        private final String source;

        EventMapper(LogKind kind, String source) {
            this.kind = kind;
            this.source = source;
        }

        @Override
        public LogEvent value(Row row) {
            Instant time = (Instant) requireNonNull(row.value(1), "time_dt");
            Row log = (Row) row.value(3);
            return new LogEvent(
                    kind,
                    (String) requireNonNull(row.value(0), "event_key"),
                    Math.floorDiv(time.getEpochSecond(), SECONDS_OF_HOUR),
                    log == null ? "" : text(log, 0),
                    new Origin(source, "", "", 0, 0, time),
                    log == null
                            ? Provenance.NONE
                            : new Provenance(
                                    text(log, 1), text(log, 2), text(log, 3), text(log, 4), 0),
                    true,
                    ((String) requireNonNull(row.value(2), "raw_data"))
                            .getBytes(StandardCharsets.UTF_8));
        }

        private static String text(Row row, int column) {
            Object value = row.value(column);
            return value == null ? "" : (String) value;
        }

        @Override
        public Instant time(LogEvent event) {
            return event.origin().arrivalTime();
        }

        @Override
        public TypeInformation<LogEvent> type() {
            return LogEventType.INSTANCE;
        }
    }
}
