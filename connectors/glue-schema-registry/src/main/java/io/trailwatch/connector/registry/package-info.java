/**
 * Records in the wire format of the AWS Glue Schema Registry: decoded within limits or refused by
 * name, encoded, and their schemas registered. A plain library: imports the AWS SDK, Avro, Jackson,
 * a JSON Schema validator and the schemas, no stream engine.
 */
@NullMarked
package io.trailwatch.connector.registry;

import org.jspecify.annotations.NullMarked;
