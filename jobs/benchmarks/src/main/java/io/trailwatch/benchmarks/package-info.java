/** Measurements of the product as a user meets it; never shipped. */
@NullMarked
package io.trailwatch.benchmarks;

import org.jspecify.annotations.NullMarked;
