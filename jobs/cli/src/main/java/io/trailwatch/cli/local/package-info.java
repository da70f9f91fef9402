/** Services on loopback that stand in for those of AWS: started, stopped, remembered. */
@NullMarked
package io.trailwatch.cli.local;

import org.jspecify.annotations.NullMarked;
