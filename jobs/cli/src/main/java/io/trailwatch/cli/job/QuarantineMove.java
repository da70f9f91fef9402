package io.trailwatch.cli.job;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.lake.QuarantineRows;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.core.unwrap.SecondReading;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.pipeline.function.Ledger;
import io.trailwatch.pipeline.job.StoredKeys;
import io.trailwatch.pipeline.registry.RegistrySettings;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.pipeline.topology.Sources;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Moves what can be read now from quarantine to the event tables, exactly once, in steps each of
 * which may be the last before a crash:
 *
 * <ol>
 *   <li>{@link #run} adds the events, as any bounded run does: what is stored is not added again.
 *   <li>{@link #delete} takes out the pieces whose events are all stored, in one commit with a
 *       mark.
 *   <li>{@link #settle} corrects the ledger for the last such commit, unless it was done: the run
 *       has counted anew what it received, so a piece that is gone counts -1 as received and as
 *       quarantined.
 * </ol>
 */
final class QuarantineMove {
    private final LakeSettings settings;
    private final DetectionSettings detection;
    private final int parallelism;

    QuarantineMove(LakeSettings settings, DetectionSettings detection, int parallelism) {
        this.settings = settings;
        this.detection = detection;
        this.parallelism = parallelism;
    }

    /**
     * A piece that can be read now.
     *
     * @param reason why it is in quarantine
     * @param keys of its events
     */
    record Movable(RejectReason reason, List<String> keys) {}

    /**
     * How many pieces of one reason became what.
     *
     * @param why what keeps one of those rejected or partly read out today; empty for none
     */
    record Tally(long movable, long rejected, long partly, long headOnly, String why) {
        static final Tally NONE = new Tally(0, 0, 0, 0, "");

        Tally plus(Tally other) {
            return new Tally(
                    movable + other.movable,
                    rejected + other.rejected,
                    partly + other.partly,
                    headOnly + other.headOnly,
                    why.isEmpty() ? other.why : why);
        }
    }

    /**
     * What a second reading of the quarantine gives.
     *
     * @param snapshot of the quarantine that was read; null when nothing was ever written to it
     * @param movable by id
     * @param byReason by the reason why pieces are in quarantine
     */
    record Plan(
            @Nullable Long snapshot,
            Map<String, Movable> movable,
            Map<RejectReason, Tally> byReason) {}

    /** Reads the wanted pieces again, and changes nothing. */
    Plan plan(Predicate<Quarantined> wanted) {
        Map<String, Movable> movable = new LinkedHashMap<>();
        Map<RejectReason, Tally> byReason = new TreeMap<>();
        Long snapshot;
        try (Lake lake = Lake.open(settings)) {
            snapshot = lake.snapshot(Tables.QUARANTINE).orElse(null);
        }
        if (snapshot != null) {
            try (SchemaResolver schemas =
                    RegistrySettings.open(
                            detection.registry(), detection.unwrap().limits(), null)) {
                SecondReading reading = new SecondReading(detection.unwrap(), schemas);
                forEachPiece(
                        settings,
                        snapshot,
                        piece -> {
                            if (wanted.test(piece)) {
                                SecondReading.Outcome outcome = reading.check(piece);
                                byReason.merge(piece.reason(), tally(outcome), Tally::plus);
                                if (outcome.verdict() == SecondReading.Verdict.READABLE) {
                                    movable.put(
                                            piece.id(),
                                            new Movable(piece.reason(), outcome.keys()));
                                }
                            }
                        });
            }
        }
        return new Plan(snapshot, movable, byReason);
    }

    private static Tally tally(SecondReading.Outcome outcome) {
        String why = outcome.reason() == null ? "" : outcome.reason() + ": " + outcome.detail();
        return switch (outcome.verdict()) {
            case READABLE -> new Tally(1, 0, 0, 0, why);
            case REJECTED -> new Tally(0, 1, 0, 0, why);
            case PARTLY -> new Tally(0, 0, 1, 0, why);
            case HEAD_ONLY -> new Tally(0, 0, 0, 1, why);
        };
    }

    /** Runs the topology over what is movable; returns the accumulators of the run. */
    Map<String, Object> run(Plan plan, Progress progress) {
        return BoundedRun.execute(
                "trailwatch quarantine replay",
                env -> new PieceSources(env, plan),
                settings,
                detection,
                parallelism,
                progress);
    }

    /** Ids of the movable pieces whose events are all in the event tables. */
    Set<String> stored(Plan plan) {
        Set<String> missing = new HashSet<>();
        plan.movable().values().forEach(piece -> missing.addAll(piece.keys()));
        try (Lake lake = Lake.open(settings)) {
            for (TableLayout table : Tables.EVENTS) {
                try (CloseableIterable<Row> rows = lake.read(table, List.of("event_key"))) {
                    rows.forEach(row -> missing.remove(String.valueOf(row.value(0))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the files of an event table", e);
        }
        Set<String> stored = new LinkedHashSet<>();
        plan.movable()
                .forEach(
                        (id, piece) -> {
                            if (piece.keys().stream().noneMatch(missing::contains)) {
                                stored.add(id);
                            }
                        });
        return stored;
    }

    /** Takes pieces out of quarantine; {@link #settle} must follow. */
    void delete(Set<String> ids) {
        try (Lake lake = Lake.open(settings)) {
            lake.deleteRows(Tables.QUARANTINE, "id", ids, UUID.randomUUID().toString());
        }
    }

    /**
     * Corrects the ledger for the last pieces that were taken out, if that was not done yet.
     *
     * @return whether it was left to be done
     * @throws LakeException if the quarantine no longer knows what was taken out
     */
    boolean settle() {
        try (Lake lake = Lake.open(settings)) {
            Lake.Deletion deletion = lake.lastDeletion(Tables.QUARANTINE).orElse(null);
            if (deletion == null
                    || lake.lastMark(Tables.LEDGER).equals(Optional.of(deletion.mark()))) {
                return false;
            }
            Long before = deletion.before();
            if (before == null) {
                throw new LakeException(
                        "the ledger lacks the correction of snapshot %d of quarantine, and the"
                                        .formatted(deletion.snapshot())
                                + " snapshot before it has expired");
            }
            Set<String> left = new HashSet<>();
            try (CloseableIterable<Row> rows =
                    lake.readSnapshot(Tables.QUARANTINE, List.of("id"), deletion.snapshot())) {
                rows.forEach(row -> left.add(text(row, 0)));
            }
            Map<List<Object>, LedgerEntry> corrections = new LinkedHashMap<>();
            try (CloseableIterable<Row> rows =
                    lake.readSnapshot(
                            Tables.QUARANTINE,
                            List.of("id", "source", "shard", "arrival_time"),
                            before)) {
                for (Row row : rows) {
                    if (!left.contains(text(row, 0))) {
                        LedgerEntry entry =
                                Ledger.of(
                                                new Origin(
                                                        text(row, 1),
                                                        text(row, 2),
                                                        "",
                                                        0,
                                                        0,
                                                        (Instant)
                                                                requireNonNull(
                                                                        row.value(3),
                                                                        "arrival_time")))
                                        .withReceived(-1)
                                        .withQuarantined(-1);
                        corrections.merge(
                                List.of(entry.source(), entry.hour()), entry, LedgerEntry::plus);
                    }
                }
            }
            lake.append(
                    Tables.LEDGER,
                    corrections.values().stream().map(Deliveries::row).toList(),
                    deletion.mark());
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the files of quarantine", e);
        }
    }

    private static String text(Row row, int column) {
        return (String) requireNonNull(row.value(column));
    }

    private static void forEachPiece(
            LakeSettings settings, long snapshot, Consumer<Quarantined> taker) {
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows =
                        lake.readSnapshot(Tables.QUARANTINE, QuarantineRows.COLUMNS, snapshot)) {
            rows.forEach(row -> taker.accept(QuarantineRows.piece(row)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the files of quarantine", e);
        }
    }

    private final class PieceSources implements Sources {
        private final StreamExecutionEnvironment env;
        private final Plan plan;

        PieceSources(StreamExecutionEnvironment env, Plan plan) {
            this.env = env;
            this.plan = plan;
        }

        @Override
        public DataStream<RawRecord> rawRecords() {
            throw new UnsupportedOperationException("there are pieces in place of records");
        }

        @Override
        public Optional<DataStream<Quarantined>> quarantined() {
            return Optional.of(
                    env.fromData(Types.LONG, requireNonNull(plan.snapshot(), "snapshot"))
                            .flatMap(new Pieces(settings, new ArrayList<>(plan.movable().keySet())))
                            .returns(TypeInformation.of(Quarantined.class))
                            .setParallelism(1)
                            .name("read quarantine"));
        }

        @Override
        public Optional<Stored> stored() {
            return Optional.of(StoredKeys.read(env, settings));
        }
    }

    /** A snapshot to the pieces in it that have one of these ids. */
    private static final class Pieces implements FlatMapFunction<Long, Quarantined> {
        private static final long serialVersionUID = 1L;

        private final LakeSettings settings;
        private final ArrayList<String> ids;

        Pieces(LakeSettings settings, ArrayList<String> ids) {
            this.settings = settings;
            this.ids = ids;
        }

        @Override
        public void flatMap(Long snapshot, Collector<Quarantined> out) {
            Set<String> wanted = new HashSet<>(ids);
            forEachPiece(
                    settings,
                    snapshot,
                    piece -> {
                        if (wanted.contains(piece.id())) {
                            out.collect(piece);
                        }
                    });
        }
    }
}
