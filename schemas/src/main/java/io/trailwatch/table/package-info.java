/** The tables of the lake as plain layouts and rows, free of any engine. Imports the JDK only. */
@NullMarked
package io.trailwatch.table;

import org.jspecify.annotations.NullMarked;
