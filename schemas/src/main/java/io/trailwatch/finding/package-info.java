/** What we claim: findings with their evidence. Imports the JDK only. */
@NullMarked
package io.trailwatch.finding;

import org.jspecify.annotations.NullMarked;
