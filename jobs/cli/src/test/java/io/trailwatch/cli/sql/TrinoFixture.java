package io.trailwatch.cli.sql;

import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.TableRows;
import io.trailwatch.cli.WarehouseFixture;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One Trino over one small warehouse for all tests of a run: its start takes longer than they do.
 */
public final class TrinoFixture {
    public static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    public static final String ALICE = "arn:aws:iam::111122223333:user/alice";

    private static @Nullable TrinoServer server;

    private TrinoFixture() {}

    /** Port of the server; skips the test where no Java runs it. */
    public static synchronized int port() throws Exception {
        if (server == null) {
            Optional<JavaRuntime> java =
                    JavaRuntimes.find(
                            TrinoDistribution.MIN_JAVA,
                            List.of("TRAILWATCH_TRINO_JAVA_HOME", "JAVA_HOME"),
                            System.getenv());
            Assumptions.assumeTrue(
                    java.isPresent(), "needs Java " + TrinoDistribution.MIN_JAVA + " for Trino");
            Path warehouse = Files.createTempDirectory(Path.of("target"), "warehouse");
            WarehouseFixture.write(
                    warehouse,
                    Map.of(
                            Tables.FINDINGS,
                            List.of(
                                    finding("aa01", 0, "Keys for another user", "high", ALICE),
                                    finding("aa02", 60, "Keys for another user", "high", ALICE),
                                    finding("bb01", 30, "Port scan", "medium", "198.51.100.7")),
                            Tables.CLOUD_TRAIL,
                            List.of(
                                    call("ct/1/e0", 0, "CreateAccessKey", ALICE),
                                    call("ct/1/before", -1_800, "ListUsers", ALICE),
                                    call("ct/1/long-before", -7_200, "ListRoles", ALICE),
                                    call("ct/1/other", 5, "GetObject", ALICE + "2")),
                            Tables.VPC_FLOW,
                            List.of(
                                    flow("f1", "198.51.100.7", 22, "Denied"),
                                    flow("f2", "198.51.100.7", 23, "Denied"),
                                    flow("f3", "198.51.100.7", 23, "Denied"),
                                    flow("f4", "203.0.113.9", 443, "Denied"),
                                    flow("f5", "192.0.2.1", 443, "Allowed"))));
            Installation installation = Installation.current();
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            Console console = Console.plain(nowhere, nowhere);
            TrinoDistribution distribution = TrinoDistribution.of(installation);
            distribution.fetch(installation, console);
            TrinoServer started =
                    TrinoServer.start(
                            distribution,
                            java.orElseThrow(),
                            LakeSettings.local(warehouse),
                            installation,
                            console);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            server = started;
        }
        return server.port();
    }

    private static Row finding(String id, int second, String rule, String severity, String entity) {
        Instant time = T0.plusSeconds(second);
        return TableRows.row(
                Tables.FINDINGS,
                Map.ofEntries(
                        Map.entry("id", id),
                        Map.entry("time_dt", time),
                        Map.entry("rule_id", rule),
                        Map.entry("rule_title", rule),
                        Map.entry("severity", severity),
                        Map.entry("severity_id", severity.equals("high") ? 4 : 3),
                        Map.entry("entity_type", entity.startsWith("arn:") ? "principal" : "ip"),
                        Map.entry("entity", entity),
                        Map.entry("account", "111122223333"),
                        Map.entry("techniques", List.of("T1098.001", "T1078")),
                        Map.entry("evidence", List.of("ct/1/e" + second)),
                        Map.entry("first_seen", time),
                        Map.entry("last_seen", time),
                        Map.entry("count", 2L),
                        Map.entry("message", "message of " + id)));
    }

    private static Row call(String key, int second, String operation, String actor) {
        return TableRows.row(
                Tables.CLOUD_TRAIL,
                Map.of(
                        "event_key",
                        key,
                        "time_dt",
                        T0.plusSeconds(second),
                        "api.operation",
                        operation,
                        "api.service.name",
                        "iam.amazonaws.com",
                        "actor.user.uid",
                        actor,
                        "src_endpoint.ip",
                        "198.51.100.7",
                        "status",
                        "Success"));
    }

    private static Row flow(String key, String source, int port, String action) {
        return TableRows.row(
                Tables.VPC_FLOW,
                Map.of(
                        "event_key", key,
                        "time_dt", T0,
                        "src_endpoint.ip", source,
                        "src_endpoint.location.country", "NZ",
                        "dst_endpoint.ip", "10.0.0.1",
                        "dst_endpoint.port", port,
                        "traffic.packets", 3L,
                        "action", action));
    }
}
