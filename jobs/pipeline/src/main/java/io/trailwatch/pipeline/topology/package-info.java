/**
 * The diagram: which stage feeds which. Only here stand uids, names, keys, watermarks and
 * parallelism.
 */
@NullMarked
package io.trailwatch.pipeline.topology;

import org.jspecify.annotations.NullMarked;
