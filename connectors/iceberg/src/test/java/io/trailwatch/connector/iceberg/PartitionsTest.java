package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.BoundedFilesSink.AnyPartitions;
import io.trailwatch.connector.iceberg.BoundedFilesSink.HourOrDay;
import io.trailwatch.connector.iceberg.BoundedFilesSink.Partitions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.InstantiationUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Rows are told apart as Iceberg's writer tells them apart, by which it opens files. */
class PartitionsTest {
    private static final int ROWS = 300;
    private static final Schema SCHEMA = IcebergSchemas.schema(TestTables.CALLS);

    @Test
    void theHoursOfALayoutAreThoseOfIceberg() throws Exception {
        Partitions plain =
                new HourOrDay(TestTables.CALLS.indexOf("time"), Duration.ofHours(1).toMillis());
        Partitions any =
                new AnyPartitions(SCHEMA, IcebergSchemas.partitionSpec(TestTables.CALLS, SCHEMA));

        assertThat(groups(plain)).isEqualTo(groups(any)).hasSize(5);
    }

    @Test
    void partitionsThatAnOperatorHasMadeAreToldApart() throws Exception {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build();

        Set<Set<Integer>> buckets =
                IntStream.range(0, ROWS)
                        .boxed()
                        .collect(
                                Collectors.groupingBy(
                                        n ->
                                                Transforms.bucket(4)
                                                        .bind(Types.StringType.get())
                                                        .apply("call-" + n),
                                        Collectors.toSet()))
                        .values()
                        .stream()
                        .collect(Collectors.toSet());
        assertThat(groups(new AnyPartitions(SCHEMA, spec))).isEqualTo(buckets).hasSize(4);
    }

    /** Numbers of the rows that share a partition, told as in a task: by a copy off the wire. */
    private static Set<Set<Integer>> groups(Partitions partitions) throws Exception {
        Function<RowData, Object> partition = InstantiationUtil.clone(partitions).open();
        Map<Object, Set<Integer>> groups =
                IntStream.range(0, ROWS)
                        .boxed()
                        .collect(
                                Collectors.groupingBy(
                                        n ->
                                                partition.apply(
                                                        RowDatas.view(
                                                                TestTables.CALLS,
                                                                TestTables.call(n))),
                                        Collectors.toSet()));
        return Set.copyOf(groups.values());
    }
}
