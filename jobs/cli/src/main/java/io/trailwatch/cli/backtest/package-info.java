/**
 * Rules over the events that a warehouse holds, through the graph of the job; nothing is written.
 */
@NullMarked
package io.trailwatch.cli.backtest;

import org.jspecify.annotations.NullMarked;
