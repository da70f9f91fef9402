package io.trailwatch.connector.kinesis;

/**
 * A record as it left the source.
 *
 * @param order place among all emissions of this JVM, whichever subtask or attempt made them
 * @param source ARN of the stream
 * @param shard shard id
 * @param sequence sequence number
 * @param subSequence place in its aggregate, from 0
 * @param payload in UTF-8
 * @param lossNotice whether this is the notice of a loss
 * @param subtask index of the subtask that emitted it
 * @param attempt how often that subtask had been restarted
 */
public record Seen(
        long order,
        String source,
        String shard,
        String sequence,
        int subSequence,
        String payload,
        boolean lossNotice,
        int subtask,
        int attempt) {}
