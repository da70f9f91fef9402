/** Looks at the machine and tells what is missing, before a command fails for want of it. */
@NullMarked
package io.trailwatch.cli.doctor;

import org.jspecify.annotations.NullMarked;
