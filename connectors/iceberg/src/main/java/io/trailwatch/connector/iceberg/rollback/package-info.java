/**
 * The history of a lake's tables by commits and checkpoints, and the way back to a checkpoint. What
 * is decided from summaries of snapshots is plain values; only {@code Rollback} changes tables.
 */
@NullMarked
package io.trailwatch.connector.iceberg.rollback;

import org.jspecify.annotations.NullMarked;
