/**
 * What is known of an address beside the log: place, network and threat lists, from immutable
 * snapshots. Never asks the network.
 */
@NullMarked
package io.trailwatch.core.enrich;

import org.jspecify.annotations.NullMarked;
