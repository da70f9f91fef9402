/** Commands that read what a run wrote into the warehouse. Imports the Iceberg connector. */
@NullMarked
package io.trailwatch.cli.lake;

import org.jspecify.annotations.NullMarked;
