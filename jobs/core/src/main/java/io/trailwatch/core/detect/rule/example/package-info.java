/**
 * Rules tried on the examples beside them. Imports {@code detect.rule}, {@code detect.correlation},
 * {@code unwrap} and {@code decode}.
 */
@NullMarked
package io.trailwatch.core.detect.rule.example;

import org.jspecify.annotations.NullMarked;
