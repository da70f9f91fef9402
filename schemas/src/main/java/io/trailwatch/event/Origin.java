package io.trailwatch.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Comparator;

/**
 * Where a log event, or a piece that is none, was cut from. Ordered by source, shard, position and
 * index, so that of several copies of one event the same one is kept whatever order they are read
 * in.
 *
 * @param source stream ARN, or the path of the file
 * @param shard shard id; empty for files
 * @param sequence sequence number of the raw record
 * @param subSequence place of the raw record within its aggregate
 * @param index place within the raw record, from 0
 * @param arrivalTime arrival of the raw record
 */
public record Origin(
        String source,
        String shard,
        String sequence,
        int subSequence,
        int index,
        Instant arrivalTime)
        implements Comparable<Origin> {
    private static final Comparator<Origin> ORDER =
            Comparator.comparing(Origin::source)
                    .thenComparing(Origin::shard)
                    .thenComparing(origin -> origin.sequence().length())
                    .thenComparing(Origin::sequence)
                    .thenComparing(Origin::subSequence)
                    .thenComparing(Origin::index);

    public Origin {
        requireNonNull(source, "source");
        requireNonNull(shard, "shard");
        requireNonNull(sequence, "sequence");
        requireNonNull(arrivalTime, "arrivalTime");
    }

    /** The place of the piece numbered {@code index} of a raw record. */
    public static Origin of(RawRecord raw, int index) {
        return new Origin(
                raw.source(),
                raw.shard(),
                raw.sequence(),
                raw.subSequence(),
                index,
                raw.arrivalTime());
    }

    @Override
    public int compareTo(Origin other) {
        return ORDER.compare(this, other);
    }
}
