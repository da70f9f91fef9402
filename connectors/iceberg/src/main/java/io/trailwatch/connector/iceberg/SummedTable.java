package io.trailwatch.connector.iceberg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.jspecify.annotations.Nullable;

/**
 * A table whose appends write a summary of the files they append. Iceberg's committer takes fixed
 * properties only; that it commits by way of its table's {@code newAppend} lets us look at the
 * files, and at each attempt make sure that the checkpoint is not in the table yet.
 */
final class SummedTable extends BaseTable {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // writeReplace of the superclass replaces the whole table
    private final Function<List<DataFile>, Map<String, String>> summary;

    SummedTable(BaseTable table, Function<List<DataFile>, Map<String, String>> summary) {
        super(table.operations(), table.name(), table.reporter());
        this.summary = summary;
    }

    @Override
    public AppendFiles newAppend() {
        return new SummedAppend(super.newAppend());
    }

    @Override
    public AppendFiles newFastAppend() {
        return new SummedAppend(super.newFastAppend());
    }

    /** Iceberg applies an append anew at each retry, with the properties set on it. */
    private final class SummedAppend implements AppendFiles {
        private final AppendFiles append;
        private final List<DataFile> files = new ArrayList<>();
        private final Map<String, String> properties = new HashMap<>();

        SummedAppend(AppendFiles append) {
            this.append = append;
        }

        @Override
        public AppendFiles appendFile(DataFile file) {
            files.add(file);
            append.appendFile(file);
            return this;
        }

        @Override
        public AppendFiles appendManifest(ManifestFile manifest) {
            throw new UnsupportedOperationException("files of a manifest are not summed");
        }

        @Override
        public AppendFiles set(String property, String value) {
            properties.put(property, value);
            append.set(property, value);
            return this;
        }

        @Override
        public AppendFiles deleteWith(Consumer<String> delete) {
            append.deleteWith(delete);
            return this;
        }

        @Override
        public AppendFiles stageOnly() {
            append.stageOnly();
            return this;
        }

        @Override
        public AppendFiles scanManifestsWith(ExecutorService executor) {
            append.scanManifestsWith(executor);
            return this;
        }

        @Override
        public AppendFiles toBranch(String branch) {
            append.toBranch(branch);
            return this;
        }

        @Override
        public AppendFiles validateWith(SnapshotAncestryValidator validator) {
            append.validateWith(validator);
            return this;
        }

        @Override
        public Snapshot apply() {
            return append.apply();
        }

        @Override
        public void commit() {
            summary.apply(files).forEach(append::set);
            CheckpointMark.of(properties)
                    .ifPresent(mark -> append.validateWith(mark.notYetCommitted()));
            append.commit();
        }

        @Override
        public @Nullable Object updateEvent() {
            return append.updateEvent();
        }
    }
}
