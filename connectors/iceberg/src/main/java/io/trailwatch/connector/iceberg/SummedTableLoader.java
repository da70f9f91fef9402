package io.trailwatch.connector.iceberg;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/** Loads a table whose appends carry our {@link CommitSummary}. */
final class SummedTableLoader implements TableLoader {
    private static final long serialVersionUID = 1;

    private final TableLoader tables;
    private final CommitSummary summary;
    private transient @Nullable String job;
    private transient OptionalLong restoredCheckpoint = OptionalLong.empty();

    SummedTableLoader(TableLoader tables, CommitSummary summary) {
        this.tables = tables;
        this.summary = summary;
    }

    /**
     * Tells the commits to come whose they are and what their committer was restored from.
     *
     * @param job id of the Flink job
     */
    void restoredFrom(String job, OptionalLong checkpoint) {
        this.job = job;
        restoredCheckpoint = checkpoint;
    }

    @Override
    public void open() {
        tables.open();
    }

    @Override
    public boolean isOpen() {
        return tables.isOpen();
    }

    @Override
    public Table loadTable() {
        BaseTable table = (BaseTable) tables.loadTable();
        if (job != null && !summary.bounded()) {
            refuseIfAhead(table, job);
        }
        return new SummedTable(table, files -> summarise(files, table));
    }

    /**
     * The committer takes the files of a checkpoint for committed if the table has a mark of the
     * same job with that number or a higher one. A job that begins again under the id it had, from
     * an older checkpoint or from none, uses its numbers again: until it is past the mark, each
     * commit would be left out, and its rows be lost without a word.
     */
    private void refuseIfAhead(BaseTable table, String job) {
        long restored = restoredCheckpoint.orElse(0);
        CheckpointMark.newest(table, job, summary.sink())
                .filter(mark -> mark.checkpoint() > restored)
                .ifPresent(
                        mark -> {
                            throw new LakeException(
                                    ("table %s has checkpoint %d of job %s by sink %s, but the job"
                                         + " began again %s: what it writes until checkpoint %d"
                                         + " would be taken for written. Restore checkpoint %d or a"
                                         + " later one, or roll the table back, or start the job"
                                         + " under another id")
                                            .formatted(
                                                    table.name(),
                                                    mark.checkpoint(),
                                                    job,
                                                    summary.sink(),
                                                    restored == 0
                                                            ? "without state"
                                                            : "from checkpoint " + restored,
                                                    mark.checkpoint(),
                                                    mark.checkpoint()));
                        });
    }

    private Map<String, String> summarise(List<DataFile> files, BaseTable table) {
        Map<String, String> properties = new HashMap<>(summary.properties(restoredCheckpoint));
        properties.putAll(summary.sums(files, table.schema(), table.io()));
        return properties;
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // the interface asks for an independent loader
    public TableLoader clone() {
        SummedTableLoader clone = new SummedTableLoader(tables.clone(), summary);
        clone.job = job;
        clone.restoredCheckpoint = restoredCheckpoint;
        return clone;
    }

    @Override
    public void close() throws IOException {
        tables.close();
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        restoredCheckpoint = OptionalLong.empty();
    }
}
