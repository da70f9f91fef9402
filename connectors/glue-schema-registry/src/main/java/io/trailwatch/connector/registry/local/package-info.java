/** A schema registry in memory, for local runs and tests. */
@NullMarked
package io.trailwatch.connector.registry.local;

import org.jspecify.annotations.NullMarked;
