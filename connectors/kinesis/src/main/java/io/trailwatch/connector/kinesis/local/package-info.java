/** A Kinesis emulator as a process of this machine, for local runs and tests. JDK only. */
@NullMarked
package io.trailwatch.connector.kinesis.local;

import org.jspecify.annotations.NullMarked;
