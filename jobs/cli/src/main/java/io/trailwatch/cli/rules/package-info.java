/**
 * Commands for people who write rules: check, try, list, match. Imports core's rules and decoders.
 */
@NullMarked
package io.trailwatch.cli.rules;

import org.jspecify.annotations.NullMarked;
