/**
 * Where the Glue Schema Registry meets decoding: core says what it needs, the connector knows how
 * to get it, neither knows the other.
 */
@NullMarked
package io.trailwatch.pipeline.registry;

import org.jspecify.annotations.NullMarked;
