package io.trailwatch.pipeline.function;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Log event to bytes, big-endian: count of the bytes that follow int; kind byte; stored boolean;
 * event hour long; place in the aggregate int; place in the record int; arrival as epoch second
 * long and nanosecond int; timestamp of the provenance long; nine counts of bytes int; key, format,
 * source, shard, sequence and the four texts of the provenance in UTF-8; the payload to the end.
 *
 * <p>Flink's serializer of records writes texts character by character and copies field by field;
 * here both go in one piece, and what stands in almost every event alike (format, source, shard,
 * provenance) is not made anew.
 */
public final class LogEventSerializer extends TypeSerializerSingleton<LogEvent> {
    private static final long serialVersionUID = 1L;

    /** Kind, stored, hour, two places, arrival, timestamp, nine counts. */
    private static final int FIXED_BYTES = 1 + 1 + 8 + 4 + 4 + 8 + 4 + 8 + 9 * 4;

    private static final LogKind[] KINDS = LogKind.values();

    private final transient Repeated formats = new Repeated();
    private final transient Repeated sources = new Repeated();
    private final transient Repeated shards = new Repeated();
    private final transient Repeated accounts = new Repeated();
    private final transient Repeated regions = new Repeated();
    private final transient Repeated logGroups = new Repeated();
    private final transient Repeated logStreams = new Repeated();
    private transient Provenance provenance = Provenance.NONE;
    private transient byte[] buffer = new byte[1024];

    @Override
    public boolean isImmutableType() {
        return true;
    }

    /** Each has a buffer of its own and serves one thread. */
    @Override
    public LogEventSerializer duplicate() {
        return new LogEventSerializer();
    }

    @Override
    public LogEvent createInstance() {
        return new LogEvent(
                LogKind.CLOUDTRAIL,
                "",
                0,
                "",
                new Origin("", "", "", 0, 0, Instant.EPOCH),
                Provenance.NONE,
                false,
                new byte[0]);
    }

    @Override
    public LogEvent copy(LogEvent from) {
        return from;
    }

    @Override
    public LogEvent copy(LogEvent from, LogEvent reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(LogEvent event, DataOutputView target) throws IOException {
        Origin origin = event.origin();
        byte[] key = event.key().getBytes(UTF_8);
        byte[] format = formats.bytes(event.format());
        byte[] source = sources.bytes(origin.source());
        byte[] shard = shards.bytes(origin.shard());
        byte[] sequence = origin.sequence().getBytes(UTF_8);
        byte[] account = accounts.bytes(event.provenance().account());
        byte[] region = regions.bytes(event.provenance().region());
        byte[] logGroup = logGroups.bytes(event.provenance().logGroup());
        byte[] logStream = logStreams.bytes(event.provenance().logStream());
        int headBytes =
                FIXED_BYTES
                        + key.length
                        + format.length
                        + source.length
                        + shard.length
                        + sequence.length
                        + account.length
                        + region.length
                        + logGroup.length
                        + logStream.length;
        reserve(headBytes);
        ByteBuffer head = ByteBuffer.wrap(buffer, 0, headBytes);
        head.put((byte) event.kind().ordinal())
                .put((byte) (event.stored() ? 1 : 0))
                .putLong(event.eventHour())
                .putInt(origin.subSequence())
                .putInt(origin.index())
                .putLong(origin.arrivalTime().getEpochSecond())
                .putInt(origin.arrivalTime().getNano())
                .putLong(event.provenance().timestamp())
                .putInt(key.length)
                .putInt(format.length)
                .putInt(source.length)
                .putInt(shard.length)
                .putInt(sequence.length)
                .putInt(account.length)
                .putInt(region.length)
                .putInt(logGroup.length)
                .putInt(logStream.length)
                .put(key)
                .put(format)
                .put(source)
                .put(shard)
                .put(sequence)
                .put(account)
                .put(region)
                .put(logGroup)
                .put(logStream);
        target.writeInt(Math.addExact(headBytes, event.payload().length));
        target.write(buffer, 0, headBytes);
        target.write(event.payload());
    }

    @Override
    public LogEvent deserialize(DataInputView in) throws IOException {
        int totalBytes = in.readInt();
        in.readFully(buffer, 0, FIXED_BYTES);
        ByteBuffer head = ByteBuffer.wrap(buffer);
        LogKind kind = KINDS[head.get()];
        boolean stored = head.get() != 0;
        long eventHour = head.getLong();
        int subSequence = head.getInt();
        int index = head.getInt();
        Instant arrivalTime = Instant.ofEpochSecond(head.getLong(), head.getInt());
        long timestamp = head.getLong();
        int keyBytes = head.getInt();
        int formatBytes = head.getInt();
        int sourceBytes = head.getInt();
        int shardBytes = head.getInt();
        int sequenceBytes = head.getInt();
        int accountBytes = head.getInt();
        int regionBytes = head.getInt();
        int logGroupBytes = head.getInt();
        int logStreamBytes = head.getInt();
        int textBytes =
                keyBytes
                        + formatBytes
                        + sourceBytes
                        + shardBytes
                        + sequenceBytes
                        + accountBytes
                        + regionBytes
                        + logGroupBytes
                        + logStreamBytes;
        reserve(textBytes);
        in.readFully(buffer, 0, textBytes);
        int at = 0;
        String key = new String(buffer, at, keyBytes, UTF_8);
        at += keyBytes;
        String format = formats.text(buffer, at, formatBytes);
        at += formatBytes;
        String source = sources.text(buffer, at, sourceBytes);
        at += sourceBytes;
        String shard = shards.text(buffer, at, shardBytes);
        at += shardBytes;
        String sequence = new String(buffer, at, sequenceBytes, UTF_8);
        at += sequenceBytes;
        String account = accounts.text(buffer, at, accountBytes);
        at += accountBytes;
        String region = regions.text(buffer, at, regionBytes);
        at += regionBytes;
        String logGroup = logGroups.text(buffer, at, logGroupBytes);
        at += logGroupBytes;
        String logStream = logStreams.text(buffer, at, logStreamBytes);
        byte[] payload = new byte[totalBytes - FIXED_BYTES - textBytes];
        in.readFully(payload);
        return new LogEvent(
                kind,
                key,
                eventHour,
                format,
                new Origin(source, shard, sequence, subSequence, index, arrivalTime),
                provenance(account, region, logGroup, logStream, timestamp),
                stored,
                payload);
    }

    /** The provenance of the event before, where it is the same. */
    @SuppressWarnings("ReferenceEquality") // the texts are the same objects where they are equal
    private Provenance provenance(
            String account, String region, String logGroup, String logStream, long timestamp) {
        if (account != provenance.account()
                || region != provenance.region()
                || logGroup != provenance.logGroup()
                || logStream != provenance.logStream()
                || timestamp != provenance.timestamp()) {
            provenance = new Provenance(account, region, logGroup, logStream, timestamp);
        }
        return provenance;
    }

    @Override
    public LogEvent deserialize(LogEvent reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        int totalBytes = source.readInt();
        target.writeInt(totalBytes);
        for (int left = totalBytes; left > 0; ) {
            int bytes = Math.min(left, buffer.length);
            source.readFully(buffer, 0, bytes);
            target.write(buffer, 0, bytes);
            left -= bytes;
        }
    }

    @Override
    public TypeSerializerSnapshot<LogEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the serializer; it has no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LogEvent> {
        public Snapshot() {
            super(LogEventSerializer::new);
        }
    }

    private void reserve(int bytes) {
        if (buffer.length < bytes) {
            buffer = new byte[Math.max(bytes, 2 * buffer.length)];
        }
    }

    /** Java leaves out what is transient. */
    @Serial
    private Object readResolve() {
        return new LogEventSerializer();
    }

    /** A text that is likely to be the one before, and its bytes. */
    private static final class Repeated {
        private String text = "";
        private byte[] bytes = new byte[0];

        byte[] bytes(String wanted) {
            if (!wanted.equals(text)) {
                text = wanted;
                bytes = wanted.getBytes(UTF_8);
            }
            return bytes;
        }

        String text(byte[] from, int at, int length) {
            if (!Arrays.equals(bytes, 0, bytes.length, from, at, at + length)) {
                bytes = Arrays.copyOfRange(from, at, at + length);
                text = new String(bytes, UTF_8);
            }
            return text;
        }
    }
}
