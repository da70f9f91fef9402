package io.trailwatch.connector.kinesis.split;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Enumerator state to bytes.
 *
 * <p>Version 1: initial position, count of shards int, per shard a status byte (0 unassigned, 1
 * assigned, 2 finished) and the split in version 1 of {@link KinesisShardSplitSerializer}. Version
 * 2: the same, with position and splits in version 2, and between initial position and shards the
 * times of the last listings: count int, per stream in order its ARN and an instant.
 */
public final class KinesisEnumeratorStateSerializer
        implements SimpleVersionedSerializer<KinesisEnumeratorState> {
    @Override
    public int getVersion() {
        return KinesisShardSplitSerializer.VERSION;
    }

    @Override
    public byte[] serialize(KinesisEnumeratorState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            KinesisShardSplitSerializer.writePosition(state.initialPosition(), out);
            out.writeInt(state.listedAt().size());
            for (Map.Entry<String, Instant> listing : new TreeMap<>(state.listedAt()).entrySet()) {
                out.writeUTF(listing.getKey());
                KinesisShardSplitSerializer.writeInstant(listing.getValue(), out);
            }
            out.writeInt(state.shards().size());
            for (TrackedShard shard : state.shards()) {
                out.writeByte(
                        switch (shard.status()) {
                            case UNASSIGNED -> 0;
                            case ASSIGNED -> 1;
                            case FINISHED -> 2;
                        });
                KinesisShardSplitSerializer.write(shard.split(), out);
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public KinesisEnumeratorState deserialize(int version, byte[] serialized) throws IOException {
        KinesisShardSplitSerializer.requireReadable("shard enumerator", version);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
            ShardPosition initialPosition = KinesisShardSplitSerializer.readPosition(version, in);
            Map<String, Instant> listedAt = version == 1 ? Map.of() : readListedAt(in);
            int count = in.readInt();
            List<TrackedShard> shards = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Status status = status(in.readByte());
                shards.add(new TrackedShard(KinesisShardSplitSerializer.read(version, in), status));
            }
            return new KinesisEnumeratorState(initialPosition, listedAt, shards);
        }
    }

    private static Map<String, Instant> readListedAt(DataInputStream in) throws IOException {
        int count = in.readInt();
        Map<String, Instant> listedAt = new HashMap<>();
        for (int i = 0; i < count; i++) {
            listedAt.put(in.readUTF(), KinesisShardSplitSerializer.readInstant(in));
        }
        return listedAt;
    }

    private static Status status(int code) throws IOException {
        return switch (code) {
            case 0 -> Status.UNASSIGNED;
            case 1 -> Status.ASSIGNED;
            case 2 -> Status.FINISHED;
            default -> throw new IOException("shard status is " + code + ", known are 0 to 2");
        };
    }
}
