/** What became of every event: the counters whose sums must agree. Imports the JDK only. */
@NullMarked
package io.trailwatch.ledger;

import org.jspecify.annotations.NullMarked;
