/**
 * From claims and counters to rows: findings, quarantine and ledger in the columns of {@link
 * io.trailwatch.table.Tables}.
 */
@NullMarked
package io.trailwatch.core.deliver;

import org.jspecify.annotations.NullMarked;
