package io.trailwatch.cli;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads what the read commands need. The launcher runs it once a build and keeps the loaded classes
 * in an archive, from which later starts take them.
 */
public final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) throws IOException {
        Path warehouse = Files.createTempDirectory("trailwatch-warm-up");
        try {
            try (Lake lake = Lake.openOrCreate(LakeSettings.local(warehouse))) {
                Tables.ALL.forEach(lake::create);
            }
            String directory = warehouse.toString();
            for (String command : List.of("findings", "tables", "ledger")) {
                run(command, "--warehouse", directory);
                run(command, "--json", "--warehouse", directory);
            }
            run("quarantine", "list", "--warehouse", directory);
            run("--help");
            run("findings", "--help");
            run("findings", "--warehouse", directory + "/absent");
        } finally {
            delete(warehouse);
        }
    }

    private static void run(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Trailwatch.run(Console.plain(nowhere, nowhere), args);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
