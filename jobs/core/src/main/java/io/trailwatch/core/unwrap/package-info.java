/**
 * From raw records to log events: envelopes are opened, events are cut out and known by their
 * shape, what nobody knows gets a reason. Bytes stay bytes here; {@link io.trailwatch.core.decode}
 * reads them.
 */
@NullMarked
package io.trailwatch.core.unwrap;

import org.jspecify.annotations.NullMarked;
