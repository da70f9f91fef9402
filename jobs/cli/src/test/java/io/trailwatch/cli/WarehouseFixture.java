package io.trailwatch.cli;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSink;
import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Warehouses with the rows a test asks for, written as a run writes them. */
public final class WarehouseFixture {
    private WarehouseFixture() {}

    /** Writes the rows; tables without rows exist all the same. */
    public static void write(Path folder, Map<TableLayout, List<Row>> rows) throws Exception {
        LakeSettings settings = LakeSettings.local(folder);
        try (Lake lake = Lake.openOrCreate(settings)) {
            Tables.ALL.forEach(lake::create);
        }
        Configuration options = new Configuration();
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, options);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        rows.forEach(
                (layout, ofTable) ->
                        LakeSink.append(
                                env.fromData(
                                        ofTable.stream()
                                                .map(row -> RowDatas.view(layout, row))
                                                .toList(),
                                        RowDatas.typeOf(layout)),
                                settings,
                                layout,
                                layout.name(),
                                1));
        env.execute();
    }
}
