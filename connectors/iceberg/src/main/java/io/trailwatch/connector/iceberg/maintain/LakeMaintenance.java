package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.table.TableLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Maintains tables of a lake, one after the other; one that fails does not stop the others. */
public final class LakeMaintenance {
    private LakeMaintenance() {}

    /**
     * What became of one table.
     *
     * @param report null when it failed
     * @param failure null when it did not
     */
    public record Outcome(
            TableLayout table,
            @Nullable MaintenanceReport report,
            @Nullable RuntimeException failure) {}

    /**
     * Maintains those of the tables that exist.
     *
     * @param told of each table when it is done
     * @return how many failed
     */
    public static int run(
            Lake lake,
            List<TableLayout> tables,
            MaintenanceSettings settings,
            Consumer<Outcome> told) {
        TableMaintenance maintenance =
                new TableMaintenance(settings, Clock.systemUTC(), "trailwatch@" + host());
        int failed = 0;
        for (TableLayout table : tables) {
            if (!lake.exists(table)) {
                continue;
            }
            Outcome outcome;
            try {
                outcome = new Outcome(table, maintenance.run(lake.table(table)), null);
            } catch (RuntimeException e) {
                // Of whatever kind: the storage, the catalog, a file that cannot be read.
                outcome = new Outcome(table, null, e);
                failed++;
            }
            told.accept(outcome);
        }
        return failed;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }
}
