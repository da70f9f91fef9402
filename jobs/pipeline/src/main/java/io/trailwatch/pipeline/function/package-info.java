/**
 * Thin Flink functions: each fetches state, asks core, and stores. Decisions are made in {@code
 * io.trailwatch.core}.
 */
@NullMarked
package io.trailwatch.pipeline.function;

import org.jspecify.annotations.NullMarked;
