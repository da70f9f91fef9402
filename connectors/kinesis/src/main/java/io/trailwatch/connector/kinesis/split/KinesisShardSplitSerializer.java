package io.trailwatch.connector.kinesis.split;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
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
import org.jspecify.annotations.Nullable;

/**
 * Split to bytes, big-endian, strings in modified UTF-8. An instant is epoch second long and
 * nanosecond int; what may be absent has a boolean before it.
 *
 * <p>Version 1: stream ARN, shard id, position (kind byte; then nothing, or an instant, or sequence
 * number), count of parents int, parents in order, first and last hash key as decimal strings,
 * finished boolean.
 *
 * <p>Version 2: the same with two additions. A position has kind 3, sequence number and count of
 * user records done int, for a place inside an aggregate; and every position ends with the optional
 * instant up to which the shard was read. The split ends with the optional loss: reason byte (0
 * shard gone, 1 position trimmed), position it lies after, optional instant until, reported
 * boolean.
 */
public final class KinesisShardSplitSerializer
        implements SimpleVersionedSerializer<KinesisShardSplit> {
    static final int VERSION = 2;

    private static final int TRIM_HORIZON = 0;
    private static final int AT_TIMESTAMP = 1;
    private static final int AFTER_SEQUENCE_NUMBER = 2;
    private static final int AT_SEQUENCE_NUMBER = 3;

    private static final int SHARD_GONE = 0;
    private static final int POSITION_TRIMMED = 1;

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
        requireReadable("shard split", version);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
            return read(version, in);
        }
    }

    static void requireReadable(String what, int version) throws IOException {
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    what + " has state version " + version + ", readable are 1 to " + VERSION);
        }
    }

    static void write(KinesisShardSplit split, DataOutputStream out) throws IOException {
        out.writeUTF(split.streamArn());
        out.writeUTF(split.shardId());
        writePosition(split.position(), out);
        out.writeInt(split.parentShardIds().size());
        for (String parent : new TreeSet<>(split.parentShardIds())) {
            out.writeUTF(parent);
        }
        out.writeUTF(split.startingHashKey().toString());
        out.writeUTF(split.endingHashKey().toString());
        out.writeBoolean(split.finished());
        writeLoss(split.loss(), out);
    }

    static KinesisShardSplit read(int version, DataInputStream in) throws IOException {
        String streamArn = in.readUTF();
        String shardId = in.readUTF();
        ShardPosition position = readPosition(version, in);
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
                in.readBoolean(),
                version == 1 ? null : readLoss(version, in));
    }

    static void writePosition(ShardPosition position, DataOutputStream out) throws IOException {
        switch (position.kind()) {
            case TRIM_HORIZON -> out.writeByte(TRIM_HORIZON);
            case AT_TIMESTAMP -> {
                out.writeByte(AT_TIMESTAMP);
                writeInstant(requireNonNull(position.timestamp()), out);
            }
            case AFTER_SEQUENCE_NUMBER -> {
                out.writeByte(AFTER_SEQUENCE_NUMBER);
                out.writeUTF(requireNonNull(position.sequenceNumber()));
            }
            case AT_SEQUENCE_NUMBER -> {
                out.writeByte(AT_SEQUENCE_NUMBER);
                out.writeUTF(requireNonNull(position.sequenceNumber()));
                out.writeInt(position.userRecordsDone());
            }
        }
        writeOptionalInstant(position.readUpTo(), out);
    }

    static ShardPosition readPosition(int version, DataInputStream in) throws IOException {
        int kind = in.readByte();
        String sequenceNumber = null;
        int userRecordsDone = 0;
        Instant timestamp = null;
        switch (kind) {
            case TRIM_HORIZON -> {}
            case AT_TIMESTAMP -> timestamp = readInstant(in);
            case AFTER_SEQUENCE_NUMBER -> sequenceNumber = in.readUTF();
            case AT_SEQUENCE_NUMBER -> {
                sequenceNumber = in.readUTF();
                userRecordsDone = in.readInt();
            }
            default -> throw new IOException("position kind is " + kind + ", known are 0 to 3");
        }
        return new ShardPosition(
                switch (kind) {
                    case TRIM_HORIZON -> ShardPosition.Kind.TRIM_HORIZON;
                    case AT_TIMESTAMP -> ShardPosition.Kind.AT_TIMESTAMP;
                    case AFTER_SEQUENCE_NUMBER -> ShardPosition.Kind.AFTER_SEQUENCE_NUMBER;
                    default -> ShardPosition.Kind.AT_SEQUENCE_NUMBER;
                },
                sequenceNumber,
                userRecordsDone,
                timestamp,
                version == 1 ? null : readOptionalInstant(in));
    }

    private static void writeLoss(@Nullable Loss loss, DataOutputStream out) throws IOException {
        out.writeBoolean(loss != null);
        if (loss != null) {
            LostRange range = loss.range();
            out.writeByte(
                    switch (range.reason()) {
                        case SHARD_GONE -> SHARD_GONE;
                        case POSITION_TRIMMED -> POSITION_TRIMMED;
                    });
            writePosition(range.after(), out);
            writeOptionalInstant(range.until(), out);
            out.writeBoolean(loss.reported());
        }
    }

    private static @Nullable Loss readLoss(int version, DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        int reason = in.readByte();
        LostRange range =
                new LostRange(
                        switch (reason) {
                            case SHARD_GONE -> LostRange.Reason.SHARD_GONE;
                            case POSITION_TRIMMED -> LostRange.Reason.POSITION_TRIMMED;
                            default ->
                                    throw new IOException(
                                            "reason of a loss is " + reason + ", known are 0, 1");
                        },
                        readPosition(version, in),
                        readOptionalInstant(in));
        return new Loss(range, in.readBoolean());
    }

    private static void writeOptionalInstant(@Nullable Instant time, DataOutputStream out)
            throws IOException {
        out.writeBoolean(time != null);
        if (time != null) {
            writeInstant(time, out);
        }
    }

    private static @Nullable Instant readOptionalInstant(DataInputStream in) throws IOException {
        return in.readBoolean() ? readInstant(in) : null;
    }

    static void writeInstant(Instant time, DataOutputStream out) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    static Instant readInstant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }
}
