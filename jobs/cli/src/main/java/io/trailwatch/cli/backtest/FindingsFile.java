package io.trailwatch.cli.backtest;

import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.lake.FindingsPrinter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Writes findings to a file of JSON lines, by time and id: the fields of {@code findings --json},
 * {@code compared} and {@code dry_run}. One task writes; Flink sorts what comes to it on disk.
 */
final class FindingsFile extends KeyedProcessFunction<String, Compared, Void> {
    private static final long serialVersionUID = 1L;

    private final String file;
    private transient @Nullable PrintWriter writer;
    private transient @Nullable JsonLines lines;

    private FindingsFile(Path file) {
        this.file = file.toString();
    }

    /** Writes all findings of the stream to the file, which is made anew. */
    static void write(DataStream<Compared> findings, Path file) {
        // A key for each finding, of ASCII and of one length: a bounded input is sorted by the
        // bytes
        // of its keys, as numbers with a sign.
        KeySelector<Compared, String> byTime =
                compared ->
                        String.format(
                                Locale.ROOT,
                                "%015d %s",
                                compared.finding().time().toEpochMilli(),
                                compared.finding().id());
        findings.keyBy(byTime)
                .process(new FindingsFile(file))
                .returns(Types.VOID)
                .setParallelism(1)
                .uid("backtest-findings-file")
                .name("findings to file");
    }

    @Override
    public void open(OpenContext context) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8);
        writer = new PrintWriter(out);
        lines = new JsonLines(writer);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(Compared compared, Context context, Collector<Void> out) {
        lines.object(
                json -> {
                    FindingsPrinter.fields(json, compared.finding());
                    json.writeBooleanField("dry_run", compared.finding().dryRun());
                    json.writeStringField("compared", compared.outcome().label());
                });
    }

    @Override
    public void close() throws IOException {
        if (writer == null) {
            return;
        }
        writer.close();
        if (writer.checkError()) {
            throw new IOException("cannot write the findings to " + file);
        }
    }
}
