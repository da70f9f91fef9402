/**
 * Sigma correlations (Sigma correlation rules specification 2.1): matches of rules, counted
 * together by group in event time. Imports {@code detect.rule}, {@code detect.window} and {@code
 * decode}; knows no engine, only {@link io.trailwatch.core.detect.correlation.CorrelationState the
 * state of one key}.
 */
@NullMarked
package io.trailwatch.core.detect.correlation;

import org.jspecify.annotations.NullMarked;
