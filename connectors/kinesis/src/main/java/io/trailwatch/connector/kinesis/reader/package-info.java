/** Reads the shards of one subtask, many at a time, and keeps their positions. */
@NullMarked
package io.trailwatch.connector.kinesis.reader;

import org.jspecify.annotations.NullMarked;
