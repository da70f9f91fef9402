package io.trailwatch.connector.kinesis.fake;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One stream. Guarded by the service. */
final class StoredStream {
    final String arn;
    final SequenceNumbers numbers;
    final Map<String, StoredShard> shards = new LinkedHashMap<>();
    final Map<String, StoredConsumer> consumers = new LinkedHashMap<>();
    Duration retention = Duration.ofHours(24);
    int shardsEver;

    StoredStream(String arn, int index) {
        this.arn = arn;
        this.numbers = new SequenceNumbers(index);
    }

    String nextShardId() {
        return "shardId-%012d".formatted(shardsEver++);
    }
}
