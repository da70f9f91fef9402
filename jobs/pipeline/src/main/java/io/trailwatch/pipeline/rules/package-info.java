/**
 * Rules that change while the job runs: reading their folder, judging what changed, linking the
 * texts in force. Imports {@code core} and Flink's file systems and sources; knows no operator.
 */
@NullMarked
package io.trailwatch.pipeline.rules;

import org.jspecify.annotations.NullMarked;
