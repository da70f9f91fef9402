/**
 * The command line: its entry, what all commands share, and how they speak to people and scripts.
 * Never in the job jar.
 */
@NullMarked
package io.trailwatch.cli;

import org.jspecify.annotations.NullMarked;
