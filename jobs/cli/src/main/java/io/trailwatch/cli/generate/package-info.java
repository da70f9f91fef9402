/**
 * The labelled simulator: a small organisation, its ordinary days and the attacks planted in them.
 * Pure but for {@link io.trailwatch.cli.generate.FileSink} and the command; imports schemas, core's
 * Avro schema, Jackson and picocli.
 */
@NullMarked
package io.trailwatch.cli.generate;

import org.jspecify.annotations.NullMarked;
