/**
 * Findings as alerts: to SNS topics, SQS queues and webhooks, each at least once. Imports Flink,
 * the AWS SDK, Jackson's generator and the schemas.
 */
@NullMarked
package io.trailwatch.connector.alerts;

import org.jspecify.annotations.NullMarked;
