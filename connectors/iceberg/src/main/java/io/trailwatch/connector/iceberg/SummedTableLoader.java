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

/** Loads a table whose appends carry our {@link CommitSummary}. */
final class SummedTableLoader implements TableLoader {
    private static final long serialVersionUID = 1;

    private final TableLoader tables;
    private final CommitSummary summary;
    private transient OptionalLong restoredCheckpoint = OptionalLong.empty();

    SummedTableLoader(TableLoader tables, CommitSummary summary) {
        this.tables = tables;
        this.summary = summary;
    }

    /** Tells the commits to come what their committer was restored from. */
    void restoredFrom(OptionalLong checkpoint) {
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
        return new SummedTable(table, files -> summarise(files, table));
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
        clone.restoredFrom(restoredCheckpoint);
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
