package io.trailwatch.connector.kinesis.fake;

import java.time.Duration;

/**
 * What differs from one account, region or day to another.
 *
 * @param throttles whether the read quotas of a shard are enforced: the documented 5 GetRecords a
 *     second and 2 MiB a second, and 5 GetShardIterator a second
 * @param answerTime from a call to its answer
 * @param heartbeat time between two events of a subscription that has nothing to tell
 * @param consumerCreation time a new consumer is CREATING before it is ACTIVE
 * @param recordsPerEvent most records of one event
 * @param endWithRecords whether the last records of a closed shard come together with the news of
 *     its end, or before it
 */
public record Behaviour(
        boolean throttles,
        Duration answerTime,
        Duration heartbeat,
        Duration consumerCreation,
        int recordsPerEvent,
        boolean endWithRecords) {

    /** As the service usually is. */
    public static final Behaviour USUAL =
            new Behaviour(
                    true,
                    Duration.ofMillis(10),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    1_000,
                    true);

    public Behaviour withoutThrottling() {
        return new Behaviour(
                false, answerTime, heartbeat, consumerCreation, recordsPerEvent, endWithRecords);
    }

    public Behaviour answeringIn(Duration time) {
        return new Behaviour(
                throttles, time, heartbeat, consumerCreation, recordsPerEvent, endWithRecords);
    }

    public Behaviour withHeartbeat(Duration interval) {
        return new Behaviour(
                throttles, answerTime, interval, consumerCreation, recordsPerEvent, endWithRecords);
    }

    public Behaviour withConsumersAfter(Duration creation) {
        return new Behaviour(
                throttles, answerTime, heartbeat, creation, recordsPerEvent, endWithRecords);
    }

    public Behaviour withRecordsPerEvent(int records) {
        return new Behaviour(
                throttles, answerTime, heartbeat, consumerCreation, records, endWithRecords);
    }

    public Behaviour endingSeparately() {
        return new Behaviour(
                throttles, answerTime, heartbeat, consumerCreation, recordsPerEvent, false);
    }
}
