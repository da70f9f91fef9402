/**
 * S3 and Glue on loopback, for runs on a laptop and for tests. Started by the command line only;
 * the job jar holds neither these classes nor what they need.
 */
@NullMarked
package io.trailwatch.connector.iceberg.local;

import org.jspecify.annotations.NullMarked;
