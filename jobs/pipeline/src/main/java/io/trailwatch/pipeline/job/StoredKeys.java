package io.trailwatch.pipeline.job;

import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSource;
import io.trailwatch.pipeline.topology.Sources;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Reads from a lake the keys it holds, for bounded runs. */
public final class StoredKeys {
    private StoredKeys() {}

    /** The keys of the lake's present snapshot; its tables must exist. */
    public static Sources.Stored read(StreamExecutionEnvironment env, LakeSettings lake) {
        DataStream<String> events =
                column(env, lake, Tables.CLOUD_TRAIL, "event_key")
                        .union(
                                column(env, lake, Tables.VPC_FLOW, "event_key"),
                                column(env, lake, Tables.APP_EVENTS, "event_key"));
        return new Sources.Stored(
                events,
                column(env, lake, Tables.FINDINGS, "id"),
                column(env, lake, Tables.QUARANTINE, "id"));
    }

    private static DataStream<String> column(
            StreamExecutionEnvironment env, LakeSettings lake, TableLayout table, String column) {
        return LakeSource.column(
                env,
                lake,
                table,
                column,
                "stored-" + table.name().replace('_', '-'),
                "stored keys of " + table.name());
    }
}
