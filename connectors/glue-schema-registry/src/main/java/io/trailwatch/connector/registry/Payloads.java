package io.trailwatch.connector.registry;

import org.jspecify.annotations.Nullable;

/** Reads the payloads of one schema version. Used by several threads at once. */
interface Payloads {
    /**
     * @param bytes array that holds the payload, inflated
     * @param from where the payload begins
     * @param to where it ends
     * @throws RejectedException if the payload does not follow the schema
     */
    @Nullable Object read(byte[] bytes, int from, int to);
}
