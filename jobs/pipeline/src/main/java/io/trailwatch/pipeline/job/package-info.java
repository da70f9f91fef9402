/**
 * Mains and options: configuration is read and typed here, once; below nobody sees a map of
 * strings.
 */
@NullMarked
package io.trailwatch.pipeline.job;

import org.jspecify.annotations.NullMarked;
