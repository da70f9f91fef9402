package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.local.GlueEmulator;
import io.trailwatch.connector.iceberg.local.S3Emulator;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lake as it is on AWS: Glue's API for the catalog, S3's for the files. */
class GlueLakeITCase {
    private S3Emulator s3;
    private GlueEmulator glue;
    private LakeSettings settings;

    @BeforeEach
    void startAws() throws Exception {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        s3 = S3Emulator.inMemory(0);
        s3.createBucket("lake");
        glue = GlueEmulator.inMemory(0);
        settings =
                LakeSettings.glue("s3://lake/warehouse", "eu-west-1", glue.url(), s3.url(), true);
    }

    @AfterEach
    void stopAws() {
        glue.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void createsWritesAndReadsATable() throws Exception {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(TestTables.CALLS);
        }
        StreamExecutionEnvironment env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        DataStream<RowData> calls =
                env.fromData(LongStream.range(0, 200).boxed().toList(), Types.LONG)
                        .map(n -> RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue())))
                        .returns(RowDatas.typeOf(TestTables.CALLS));
        LakeSink.append(calls, settings, TestTables.CALLS, "calls", 2);
        env.execute();

        List<Row> read = new ArrayList<>();
        try (Lake lake = Lake.open(settings)) {
            List<String> columns =
                    TestTables.CALLS.columns().stream().map(column -> column.name()).toList();
            try (CloseableIterable<Row> rows = lake.read(TestTables.CALLS, columns)) {
                rows.forEach(read::add);
            }
            assertThat(lake.tables())
                    .singleElement()
                    .satisfies(summary -> assertThat(summary.rows()).isEqualTo(200));
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 200).mapToObj(TestTables::call).toList());
        assertThat(s3.objects("lake", "warehouse/").keySet())
                .anyMatch(key -> key.endsWith(".parquet"));
    }

    @Test
    void createsEveryTableOfTheLake() {
        try (Lake lake = Lake.openOrCreate(settings)) {
            Tables.ALL.forEach(lake::create);
            Tables.ALL.forEach(lake::create);
            assertThat(lake.tables())
                    .containsExactlyInAnyOrderElementsOf(
                            Tables.ALL.stream()
                                    .map(layout -> new TableSummary(layout.name(), 0, 0, 0))
                                    .toList());
        }
    }

    @Test
    void jobsThatStartAtOnceBringATableToTheirLayoutTogether() throws Exception {
        RacingJobs.evolve(settings, 4, 4);
    }
}
