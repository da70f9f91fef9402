package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Split to bytes, big-endian, strings in modified UTF-8.
 *
 * <p>Version 1: stream ARN, shard id, position (kind byte; then nothing, or epoch second long and
 * nanosecond int, or sequence number), count of parents int, parents in order, first and last hash
 * key as decimal strings, finished boolean.
 */
final class KinesisShardSplitSerializer implements SimpleVersionedSerializer<KinesisShardSplit> {
    private static final int VERSION = 1;
    private static final int TRIM_HORIZON = 0;
    private static final int AT_TIMESTAMP = 1;
    private static final int AFTER_SEQUENCE_NUMBER = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(KinesisShardSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(split, out);
        }
        return bytes.toByteArray();
    }

    @Override
    public KinesisShardSplit deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "shard split has state version " + version + ", readable is " + VERSION);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
            return read(in);
        }
    }

    static void write(KinesisShardSplit split, DataOutputStream out) throws IOException {
        out.writeUTF(split.streamArn());
        out.writeUTF(split.shardId());
        writePosition(split.startingPosition(), out);
        out.writeInt(split.parentShardIds().size());
        for (String parent : new TreeSet<>(split.parentShardIds())) {
            out.writeUTF(parent);
        }
        out.writeUTF(split.startingHashKey().toString());
        out.writeUTF(split.endingHashKey().toString());
        out.writeBoolean(split.finished());
    }

    static KinesisShardSplit read(DataInputStream in) throws IOException {
        String streamArn = in.readUTF();
        String shardId = in.readUTF();
        StartingPosition position = readPosition(in);
        int parentCount = in.readInt();
        Set<String> parents = new HashSet<>();
        for (int i = 0; i < parentCount; i++) {
            parents.add(in.readUTF());
        }
        return new KinesisShardSplit(
                streamArn,
                shardId,
                position,
                parents,
                new BigInteger(in.readUTF()),
                new BigInteger(in.readUTF()),
                in.readBoolean());
    }

    static void writePosition(StartingPosition position, DataOutputStream out) throws IOException {
        switch (position.kind()) {
            case TRIM_HORIZON -> out.writeByte(TRIM_HORIZON);
            case AT_TIMESTAMP -> {
                Instant timestamp = requireNonNull(position.timestamp());
                out.writeByte(AT_TIMESTAMP);
                out.writeLong(timestamp.getEpochSecond());
                out.writeInt(timestamp.getNano());
            }
            case AFTER_SEQUENCE_NUMBER -> {
                out.writeByte(AFTER_SEQUENCE_NUMBER);
                out.writeUTF(requireNonNull(position.sequenceNumber()));
            }
        }
    }

    static StartingPosition readPosition(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case TRIM_HORIZON -> StartingPosition.fromStart();
            case AT_TIMESTAMP ->
                    StartingPosition.fromTimestamp(
                            Instant.ofEpochSecond(in.readLong(), in.readInt()));
            case AFTER_SEQUENCE_NUMBER -> StartingPosition.continueFromSequenceNumber(in.readUTF());
            default -> throw new IOException("position kind is " + kind + ", known are 0 to 2");
        };
    }
}
