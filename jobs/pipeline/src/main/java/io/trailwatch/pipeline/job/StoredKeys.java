package io.trailwatch.pipeline.job;

import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSource;
import io.trailwatch.pipeline.function.EventIdentity;
import io.trailwatch.pipeline.topology.Sources;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Reads from a lake the keys it holds, for bounded runs. */
public final class StoredKeys {
    private StoredKeys() {}

    private static final long MILLIS_OF_HOUR = 3_600_000;

    /** The keys of the lake's present snapshot; its tables must exist. */
    public static Sources.Stored read(StreamExecutionEnvironment env, LakeSettings lake) {
        DataStream<EventIdentity> events =
                Tables.EVENTS.stream()
                        .map(table -> identities(env, lake, table))
                        .reduce((left, right) -> left.union(right))
                        .orElseThrow();
        return new Sources.Stored(
                events,
                ids(env, lake, Tables.FINDINGS),
                ids(env, lake, Tables.FINDINGS_DRY_RUN),
                ids(env, lake, Tables.QUARANTINE));
    }

    /**
     * Twice each: with the hour of the event, and for events whose bytes do not tell it at a
     * glance.
     */
    private static DataStream<EventIdentity> identities(
            StreamExecutionEnvironment env, LakeSettings lake, TableLayout table) {
        String name = table.name().replace('_', '-');
        return LakeSource.columns(
                        env,
                        lake,
                        table,
                        "time",
                        "event_key",
                        "stored-" + name,
                        "stored keys of " + table.name())
                .<EventIdentity>flatMap(
                        (row, out) -> {
                            out.collect(EventIdentity.of(row.f0 / MILLIS_OF_HOUR, row.f1));
                            out.collect(EventIdentity.of(0, row.f1));
                        })
                .returns(TypeInformation.of(EventIdentity.class))
                .uid("identities-" + name)
                .name("identities of " + table.name());
    }

    private static DataStream<String> ids(
            StreamExecutionEnvironment env, LakeSettings lake, TableLayout table) {
        return LakeSource.column(
                env,
                lake,
                table,
                "id",
                "stored-" + table.name().replace('_', '-'),
                "stored ids of " + table.name());
    }
}
