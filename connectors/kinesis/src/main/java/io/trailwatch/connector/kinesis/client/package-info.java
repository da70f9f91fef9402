/** The calls of Kinesis, thin enough to be faked, and what their failures mean. */
@NullMarked
package io.trailwatch.connector.kinesis.client;

import org.jspecify.annotations.NullMarked;
