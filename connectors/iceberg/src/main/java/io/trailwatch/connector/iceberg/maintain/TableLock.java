package io.trailwatch.connector.iceberg.maintain;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two maintenance runs from one table. It is a table property with owner and expiry, set by
 * compare and swap of the table's metadata; one that has expired is taken over.
 *
 * <p>It saves work, it does not guard data: every change is safe beside others by Iceberg's own
 * checks. A REST catalog may let two owners in that come at the same moment; the one who wrote
 * first finds out when it renews.
 */
public final class TableLock implements AutoCloseable {
    /** Property of a table that is locked: {@code OWNER until INSTANT}. */
    public static final String PROPERTY = "trailwatch.maintenance.lock";

    /** Longer than the largest group of files takes to be sorted and written. */
    static final Duration LEASE = Duration.ofMinutes(15);

    private static final int ATTEMPTS = 20;
    private static final String UNTIL = " until ";

    private final TableOperations operations;
    private final Clock clock;
    private final String owner;
    private Instant until = Instant.MIN;

    private TableLock(TableOperations operations, Clock clock, String owner) {
        this.operations = operations;
        this.clock = clock;
        this.owner = owner;
    }

    /**
     * Who holds a table.
     *
     * @param until from then on another may take it
     */
    public record Holder(String owner, Instant until) {}

    /** Takes the lock, also from an owner whose time is over; empty while another holds it. */
    public static Optional<TableLock> acquire(Table table, Clock clock, String who) {
        TableLock lock =
                new TableLock(
                        ((HasTableOperations) table).operations(),
                        clock,
                        who.replace(UNTIL, " ") + "/" + UUID.randomUUID());
        return lock.swap(true, clock.instant().plus(LEASE)) ? Optional.of(lock) : Optional.empty();
    }

    /** Who holds the table now. */
    public static Optional<Holder> holder(Table table, Clock clock) {
        return Optional.ofNullable(held(table.properties(), clock.instant()));
    }

    /**
     * Makes sure that the lock is ours for some time.
     *
     * @throws MaintenanceException if it was taken over
     */
    void renew() {
        if (clock.instant().isBefore(until.minus(LEASE.dividedBy(2)))) {
            return;
        }
        renewNow();
    }

    void renewNow() {
        if (!swap(false, clock.instant().plus(LEASE))) {
            throw new MaintenanceException(
                    "lost the lock of the table, which another run has taken over");
        }
    }

    /** Gives the lock back; one that was taken over stays with its new owner. */
    @Override
    public void close() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            TableMetadata base = operations.refresh();
            if (!isOurs(base.properties())) {
                return;
            }
            Map<String, String> properties = new HashMap<>(base.properties());
            properties.remove(PROPERTY);
            try {
                operations.commit(base, base.replaceProperties(properties));
                return;
            } catch (CommitFailedException e) {
                // Someone else has changed the table meanwhile: again on top of that.
            } catch (CommitStateUnknownException e) {
                // Given back or not; at the latest it expires.
                return;
            }
        }
    }

    private boolean swap(boolean first, Instant newUntil) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            TableMetadata base = operations.refresh();
            Holder holder = held(base.properties(), clock.instant());
            boolean ours = isOurs(base.properties());
            if (first ? holder != null && !ours : !ours) {
                return false;
            }
            Map<String, String> properties = new HashMap<>(base.properties());
            properties.put(PROPERTY, owner + UNTIL + newUntil);
            try {
                operations.commit(base, base.replaceProperties(properties));
            } catch (CommitFailedException e) {
                continue;
            } catch (CommitStateUnknownException e) {
                // The look below tells.
            }
            if (isOurs(operations.refresh().properties())) {
                until = newUntil;
                return true;
            }
        }
        return false;
    }

    private boolean isOurs(Map<String, String> properties) {
        return properties.getOrDefault(PROPERTY, "").startsWith(owner + UNTIL);
    }

    private static @Nullable Holder held(Map<String, String> properties, Instant now) {
        String value = properties.get(PROPERTY);
        int divider = value == null ? -1 : value.lastIndexOf(UNTIL);
        if (value == null || divider < 0) {
            return null;
        }
        try {
            Instant until = Instant.parse(value.substring(divider + UNTIL.length()));
            return now.isBefore(until) ? new Holder(value.substring(0, divider), until) : null;
        } catch (DateTimeException e) {
            // Not written by us: it must not lock the table for ever.
            return null;
        }
    }
}
