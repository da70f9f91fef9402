/**
 * What comes in: raw records as a source delivers them and the log events cut out of them. Imports
 * the JDK only.
 */
@NullMarked
package io.trailwatch.event;

import org.jspecify.annotations.NullMarked;
