/** What we could not read, and why. Imports the JDK only. */
@NullMarked
package io.trailwatch.quarantine;

import org.jspecify.annotations.NullMarked;
