/**
 * Keeps tables in shape beside running writers: merges small files, forgets old snapshots, tidies
 * manifests and removes files that no snapshot knows. Knows Iceberg's API, not the sink.
 */
@NullMarked
package io.trailwatch.connector.iceberg.maintain;

import org.jspecify.annotations.NullMarked;
