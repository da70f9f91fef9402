/**
 * From the bytes of one event to what it says: one class for every format, which knows its shape,
 * its identity and its fields; what cannot be read gets a reason. Knows no rules and no tables.
 */
@NullMarked
package io.trailwatch.core.decode;

import org.jspecify.annotations.NullMarked;
