/**
 * Sigma correlations: hits of rules, counted together by group in event time. Imports {@code
 * detect.rule} and {@code decode}; knows no engine.
 */
@NullMarked
package io.trailwatch.core.detect.correlation;

import org.jspecify.annotations.NullMarked;
