package io.trailwatch.pipeline.function;

import io.trailwatch.event.Origin;
import io.trailwatch.ledger.LedgerEntry;

/** Which page of the ledger an origin belongs to. */
public final class Ledger {
    private Ledger() {}

    /** An empty entry for the shard or file and the hour of arrival of an origin. */
    public static LedgerEntry of(Origin origin) {
        String source =
                origin.shard().isEmpty() ? origin.source() : origin.source() + "/" + origin.shard();
        return LedgerEntry.empty(source, origin.arrivalTime());
    }
}
