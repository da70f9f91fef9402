/**
 * From bytes to events: envelopes are opened, records are read, what cannot be read gets a reason.
 * Knows no rules and no tables.
 */
@NullMarked
package io.trailwatch.core.decode;

import org.jspecify.annotations.NullMarked;
