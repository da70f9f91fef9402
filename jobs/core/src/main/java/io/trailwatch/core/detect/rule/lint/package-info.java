/**
 * What is sound in a Sigma document, but better said otherwise. Imports {@code detect.rule} and
 * {@code text}; knows no clock: who asks names the day.
 */
@NullMarked
package io.trailwatch.core.detect.rule.lint;

import org.jspecify.annotations.NullMarked;
