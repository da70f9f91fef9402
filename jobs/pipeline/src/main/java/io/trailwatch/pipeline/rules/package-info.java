/**
 * Rules that change while the job runs: reading their folder, judging what changed, linking the
 * texts in force. Imports {@code core}, Flink's file systems and sources, and S3; knows no
 * operator.
 */
@NullMarked
package io.trailwatch.pipeline.rules;

import org.jspecify.annotations.NullMarked;
