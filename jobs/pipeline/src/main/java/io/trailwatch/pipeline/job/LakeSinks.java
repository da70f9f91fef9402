package io.trailwatch.pipeline.job;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSink;
import io.trailwatch.pipeline.topology.Sinks;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.util.Set;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/** Sinks into the Iceberg tables of a lake. */
public final class LakeSinks implements Sinks {
    /** Few rows come here; one writer keeps their files few. */
    private static final Set<TableLayout> ONE_WRITER =
            Set.of(Tables.FINDINGS, Tables.FINDINGS_DRY_RUN, Tables.QUARANTINE, Tables.LEDGER);

    private final LakeSettings lake;

    private LakeSinks(LakeSettings lake) {
        this.lake = lake;
    }

    /**
     * Creates the tables that are absent, adds the columns that are new, and gives the sinks into
     * them.
     */
    public static LakeSinks prepare(LakeSettings settings) {
        try (Lake lake = Lake.openOrCreate(settings)) {
            Tables.ALL.forEach(lake::create);
        }
        return new LakeSinks(settings);
    }

    @Override
    public void append(TableLayout table, DataStream<RowData> rows) {
        int writers =
                ONE_WRITER.contains(table) ? 1 : rows.getExecutionEnvironment().getParallelism();
        LakeSink.append(rows, lake, table, "sink-" + table.name().replace('_', '-'), writers);
    }
}
