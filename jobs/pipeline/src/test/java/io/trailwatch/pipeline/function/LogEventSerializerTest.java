package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class LogEventSerializerTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00.000000001Z");

    private static final LogEvent CLOUDTRAIL =
            event(LogKind.CLOUDTRAIL, "ct/1/e-1", "json", "arn:stream", "shard-1", "{\"a\":1}");
    private static final LogEvent APP =
            event(LogKind.APP_EVENT, "app/\u00fc\u20ac\ud83d\ude00", "avro", "arn:stream", "", "");
    private static final LogEvent FLOW =
            event(LogKind.VPC_FLOW, "k".repeat(5_000), "a b c", "file", "", "2 1 eni");

    @Test
    void everyFieldComesBackAlsoAfterOthersAndAcrossCopies() throws Exception {
        List<LogEvent> events = List.of(CLOUDTRAIL, APP, FLOW, CLOUDTRAIL, FLOW.asStored(), APP);
        LogEventSerializer writer = new LogEventSerializer();
        DataOutputSerializer out = new DataOutputSerializer(64);
        for (LogEvent event : events) {
            writer.serialize(event, out);
        }
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        DataOutputSerializer copied = new DataOutputSerializer(64);
        while (in.available() > 0) {
            writer.copy(in, copied);
        }
        assertThat(copied.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());

        // As it comes to a task: from the bytes of the job graph.
        TypeSerializer<LogEvent> reader = InstantiationUtil.clone(writer);
        DataInputDeserializer again = new DataInputDeserializer(copied.getCopyOfBuffer());
        for (LogEvent event : events) {
            assertThat(reader.deserialize(again)).usingRecursiveComparison().isEqualTo(event);
        }
        assertThat(again.available()).isZero();
    }

    @Test
    void theBytesStayReadable() throws IOException {
        String frozen =
                "0000009200000000000000077a100000000300000007000000006afffe0000000001000001a1f7f83000"
                    + "00000008000000040000000a00000007000000040000000c00000009000000050000000663742f312f65"
                    + "2d316a736f6e61726e3a73747265616d73686172642d313439353931313131323232323333333365752d"
                    + "776573742d31747261696c73747265616d7b2261223a317d";
        DataOutputSerializer out = new DataOutputSerializer(64);
        new LogEventSerializer().serialize(CLOUDTRAIL, out);

        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(frozen);
        assertThat(
                        new LogEventSerializer()
                                .deserialize(
                                        new DataInputDeserializer(HexFormat.of().parseHex(frozen))))
                .usingRecursiveComparison()
                .isEqualTo(CLOUDTRAIL);
    }

    @Test
    void twoThreadsNeverShareABuffer() {
        LogEventSerializer serializer = new LogEventSerializer();

        assertThat(serializer.duplicate()).isNotSameAs(serializer).isEqualTo(serializer);
    }

    private static LogEvent event(
            LogKind kind, String key, String format, String source, String shard, String payload) {
        return new LogEvent(
                kind,
                key,
                490_000,
                format,
                new Origin(source, shard, "4959", 3, 7, T0),
                payload.startsWith("{")
                        ? new Provenance(
                                "111122223333", "eu-west-1", "trail", "stream", 1_795_161_600_000L)
                        : Provenance.NONE,
                false,
                payload.getBytes(StandardCharsets.UTF_8));
    }
}
