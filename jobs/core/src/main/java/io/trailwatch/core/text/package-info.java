/** How texts of others are read: with bounds, and as they are written. */
@NullMarked
package io.trailwatch.core.text;

import org.jspecify.annotations.NullMarked;
