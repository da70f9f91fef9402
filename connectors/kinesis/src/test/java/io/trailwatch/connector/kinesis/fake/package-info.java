/**
 * Kinesis in memory: the wire behaviour that the source has to live with, on a clock that the test
 * holds, with faults on demand. Knows {@code client} and {@code split}, never readers or
 * enumerators.
 */
@NullMarked
package io.trailwatch.connector.kinesis.fake;

import org.jspecify.annotations.NullMarked;
