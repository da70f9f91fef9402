/**
 * Shards, how far each was read, and the bytes they become in checkpoints. Plain values; imports
 * nothing of the source.
 */
@NullMarked
package io.trailwatch.connector.kinesis.split;

import org.jspecify.annotations.NullMarked;
