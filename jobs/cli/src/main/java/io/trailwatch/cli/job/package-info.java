/** Commands that run the job on this machine: replay, demo and run. */
@NullMarked
package io.trailwatch.cli.job;

import org.jspecify.annotations.NullMarked;
