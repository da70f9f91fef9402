/**
 * SQL over a warehouse: fetches, starts and asks Trino, the engine of Athena. Knows no table of
 * ours.
 */
@NullMarked
package io.trailwatch.cli.sql;

import org.jspecify.annotations.NullMarked;
