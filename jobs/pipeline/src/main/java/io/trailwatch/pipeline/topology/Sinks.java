package io.trailwatch.pipeline.topology;

import static java.util.Objects.requireNonNull;

import io.trailwatch.finding.Finding;
import io.trailwatch.table.TableLayout;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/** Where rows and alerts flow to. */
@FunctionalInterface
public interface Sinks {
    /** Appends rows, in the columns of the layout, to a table; called once for every table. */
    void append(TableLayout table, DataStream<RowData> rows);

    /**
     * Takes the findings themselves, beside their rows; each of them once. Those of dry runs, which
     * go to a table of their own, are among them.
     */
    default void findings(DataStream<Finding> findings) {}

    /** Who is told of findings besides the table; nobody by default. */
    default Optional<Alerts> alerts() {
        return Optional.empty();
    }

    /**
     * Findings to people.
     *
     * @param filter passes the findings that are sent
     * @param targets each gets all that passed
     */
    record Alerts(FilterFunction<Finding> filter, List<AlertTarget> targets) {
        public Alerts {
            requireNonNull(filter, "filter");
            targets = List.copyOf(targets);
        }
    }

    /**
     * One place that alerts go to.
     *
     * @param subject names the target in operator uids: it stays while the target is the same
     * @param name for people
     */
    record AlertTarget(String subject, String name, Sink<Finding> sink) {
        public AlertTarget {
            requireNonNull(subject, "subject");
            requireNonNull(name, "name");
            requireNonNull(sink, "sink");
        }
    }
}
