/**
 * Options of the source, checked once and turned into plain values, and how to reach the service.
 * Imports Flink's configuration and the AWS SDK's clients.
 */
@NullMarked
package io.trailwatch.connector.kinesis.config;

import org.jspecify.annotations.NullMarked;
