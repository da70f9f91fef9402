/**
 * The lake in Iceberg: table layouts become tables, rows become files, files become rows again.
 * Imports Flink, Iceberg and the plain table nouns; decides nothing about their contents.
 */
@NullMarked
package io.trailwatch.connector.iceberg;

import org.jspecify.annotations.NullMarked;
