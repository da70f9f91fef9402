/**
 * Sigma rules over single events: reading, refusing, compiling, matching and testing them, and the
 * findings they make. Knows no Flink and no tables.
 */
@NullMarked
package io.trailwatch.core.detect.rule;

import org.jspecify.annotations.NullMarked;
