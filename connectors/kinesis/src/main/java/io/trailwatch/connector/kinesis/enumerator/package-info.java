/**
 * Finds shards, checks that what they owe can still be read, and hands each to one reader when its
 * parents are done. One instance a source, on the job manager.
 */
@NullMarked
package io.trailwatch.connector.kinesis.enumerator;

import org.jspecify.annotations.NullMarked;
