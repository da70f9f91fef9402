package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.RestCatalogEmulator.Authentication;
import io.trailwatch.connector.iceberg.local.S3Emulator;
import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.InstantiationUtil;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake in a REST catalog, with each way to authenticate; files in S3's API. */
class RestLakeITCase {
    private static final String BUCKET_ARN = "arn:aws:s3tables:eu-north-1:111122223333:bucket/lake";

    /** Set by the build, as a person would set it. */
    private static final String SECRET_VARIABLE = "TRAILWATCH_TEST_SECRET";

    private static final String SECRET = System.getenv(SECRET_VARIABLE);

    private static S3Emulator s3;

    @TempDir private Path folder;

    @BeforeAll
    static void startS3() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test-secret");
        s3 = S3Emulator.inMemory(0);
        s3.createBucket("lake");
    }

    @AfterAll
    static void stopS3() {
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void aJobWritesToS3TablesWithSignedRequests() throws Exception {
        try (RestCatalogEmulator server =
                start(RestCatalogEmulator.sigV4("s3tables", "eu-north-1", "test-secret"))) {
            LakeSettings settings =
                    LakeSettings.rest(
                            BUCKET_ARN,
                            "eu-west-1",
                            RestCatalog.signed(server.url(), "s3tables"),
                            s3.url(),
                            true);
            writeAndReadBack(settings);
            assertThat(server.requests)
                    .contains(
                            "POST /v1/namespaces/trailwatch/tables",
                            "POST /v1/namespaces/trailwatch/tables/calls");
            try (Lake lake = Lake.open(settings)) {
                assertThat(lake.table(TestTables.CALLS).properties())
                        .doesNotContainKey("write.object-storage.enabled");
            }
        }
    }

    @Test
    void aJobGetsATokenForItsCredentialAndCarriesNeitherWithIt() throws Exception {
        try (RestCatalogEmulator server = start(RestCatalogEmulator.bearer("given-token"))) {
            LakeSettings settings =
                    LakeSettings.rest(
                            "s3://lake/oauth",
                            "eu-west-1",
                            new RestCatalog(
                                    server.url(), null, null, SECRET_VARIABLE, null, "lake"),
                            s3.url(),
                            true);
            writeAndReadBack(settings);

            String[] idAndSecret = SECRET.split(":");
            assertThat(server.tokenRequests)
                    .isNotEmpty()
                    .allSatisfy(
                            request ->
                                    assertThat(request)
                                            .contains(
                                                    "grant_type=client_credentials",
                                                    "client_id=" + idAndSecret[0],
                                                    "client_secret=" + idAndSecret[1],
                                                    "scope=lake"));
            try (Lake lake = Lake.open(settings)) {
                Table table = SerializableTable.copyOf(lake.table(TestTables.CALLS));
                assertThat(text(InstantiationUtil.serializeObject(table)))
                        .contains("s3.endpoint")
                        .doesNotContain(idAndSecret[1]);
                assertThat(
                                text(
                                        InstantiationUtil.serializeObject(
                                                settings.tableLoader(TestTables.CALLS))))
                        .contains(SECRET_VARIABLE)
                        .doesNotContain(idAndSecret[1]);
            }
        }
    }

    @Test
    void everyTableOfTheLakeIsMadeAndEvolvedWithATokenFromTheEnvironment() throws Exception {
        try (RestCatalogEmulator server = start(RestCatalogEmulator.bearer(SECRET))) {
            LakeSettings settings =
                    LakeSettings.rest(
                            "s3://lake/token",
                            "eu-west-1",
                            new RestCatalog(server.url(), null, SECRET_VARIABLE, null, null, null),
                            s3.url(),
                            true);
            try (Lake lake = Lake.openOrCreate(settings)) {
                for (TableLayout layout : Tables.ALL) {
                    lake.create(withoutLastColumns(layout));
                    lake.create(layout);
                    assertThat(lake.writable(layout).properties())
                            .containsEntry("write.object-storage.enabled", "true");
                }
                assertThat(lake.tables())
                        .containsExactlyInAnyOrderElementsOf(
                                Tables.ALL.stream()
                                        .map(layout -> new TableSummary(layout.name(), 0, 0, 0))
                                        .toList());
            }
        }
    }

    @Test
    void aServerThatRefusesOrIsNotThereIsNamed() throws Exception {
        String url;
        try (RestCatalogEmulator server = start(RestCatalogEmulator.bearer("another"))) {
            url = server.url();
            assertThatThrownBy(
                            () ->
                                    Lake.open(
                                            LakeSettings.rest(
                                                    "prod",
                                                    "eu-west-1",
                                                    new RestCatalog(
                                                            server.url(),
                                                            null,
                                                            SECRET_VARIABLE,
                                                            null,
                                                            null,
                                                            null),
                                                    s3.url(),
                                                    true)))
                    .isInstanceOf(LakeException.class)
                    .hasMessageStartingWith("cannot open the catalog of warehouse prod: ")
                    .hasMessageContaining("not the bearer token that was expected")
                    .hasMessageNotContaining(SECRET);
        }
        assertThatThrownBy(
                        () ->
                                Lake.open(
                                        LakeSettings.rest(
                                                "prod",
                                                null,
                                                RestCatalog.open(url),
                                                s3.url(),
                                                true)))
                .isInstanceOf(LakeException.class)
                .hasMessageStartingWith("cannot open the catalog of warehouse prod: ");
    }

    /** The layout up to its last required column. */
    private static TableLayout withoutLastColumns(TableLayout layout) {
        List<Column> columns = new ArrayList<>(layout.columns());
        while (!columns.get(columns.size() - 1).required()) {
            columns.remove(columns.size() - 1);
        }
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        return new TableLayout(
                layout.name(),
                layout.doc(),
                columns,
                layout.partition(),
                layout.sortBy(),
                layout.bloomFilters().stream()
                        .filter(path -> names.contains(path.split("\\.")[0]))
                        .toList());
    }

    /** A run of 200 rows, then the next version of its table and one row more. */
    private static void writeAndReadBack(LakeSettings settings) throws Exception {
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

        List<Column> columns = new ArrayList<>(TestTables.CALLS.columns());
        columns.add(Column.optional("note", Primitive.STRING, "New."));
        TableLayout next =
                new TableLayout(
                        TestTables.CALLS.name(),
                        TestTables.CALLS.doc(),
                        columns,
                        TestTables.CALLS.partition(),
                        TestTables.CALLS.sortBy(),
                        TestTables.CALLS.bloomFilters());
        List<Row> read = new ArrayList<>();
        try (Lake lake = Lake.open(settings)) {
            lake.create(next);
            lake.append(next, List.of(noted(TestTables.call(200), "new")), "mark");
            try (CloseableIterable<Row> rows =
                    lake.read(next, columns.stream().map(Column::name).toList())) {
                rows.forEach(read::add);
            }
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        IntStream.range(0, 200)
                                                .mapToObj(n -> noted(TestTables.call(n), null)),
                                        Stream.of(noted(TestTables.call(200), "new")))
                                .toList());
    }

    private static Row noted(Row row, String note) {
        Object[] values = new Object[row.size() + 1];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.value(i);
        }
        values[row.size()] = note;
        return Row.of(values);
    }

    private RestCatalogEmulator start(Authentication authentication) throws Exception {
        return new RestCatalogEmulator(
                Map.of(
                        "uri",
                        "jdbc:sqlite:" + folder.resolve("behind-rest.db") + "?busy_timeout=30000",
                        "jdbc.schema-version",
                        "V1",
                        "warehouse",
                        "s3://lake/behind-rest",
                        "io-impl",
                        "org.apache.iceberg.aws.s3.S3FileIO",
                        "http-client.type",
                        "urlconnection",
                        "client.region",
                        "eu-west-1",
                        "s3.endpoint",
                        s3.url(),
                        "s3.path-style-access",
                        "true"),
                authentication,
                "given-token");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
