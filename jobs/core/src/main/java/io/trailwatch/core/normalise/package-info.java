/**
 * From AWS words to OCSF words: one row per event, in the columns of {@link
 * io.trailwatch.table.Tables}. Before this room we speak AWS, after it OCSF.
 */
@NullMarked
package io.trailwatch.core.normalise;

import org.jspecify.annotations.NullMarked;
