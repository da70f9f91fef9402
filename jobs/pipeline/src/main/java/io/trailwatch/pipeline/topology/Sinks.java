package io.trailwatch.pipeline.topology;

import io.trailwatch.table.TableLayout;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/** Where rows flow to. */
@FunctionalInterface
public interface Sinks {
    /** Appends rows, in the columns of the layout, to a table; called once for every table. */
    void append(TableLayout table, DataStream<RowData> rows);
}
