/** Commands about Avro schemas and the Glue Schema Registry. */
@NullMarked
package io.trailwatch.cli.schemas;

import org.jspecify.annotations.NullMarked;
