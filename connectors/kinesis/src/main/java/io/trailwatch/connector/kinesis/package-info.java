/**
 * A Kinesis data stream as a Flink source of raw records, and the few stream operations that local
 * runs need. Imports Flink, the AWS SDK and the schemas.
 */
@NullMarked
package io.trailwatch.connector.kinesis;

import org.jspecify.annotations.NullMarked;
