/**
 * Takes the aggregates of the Kinesis Producer Library apart: bytes in, user records out. Pure; no
 * clock, no stream, no Flink. Imports the JDK and the reader of protobuf's wire format.
 *
 * <p>The format is the one of {@code aggregation-format.md} in {@code
 * awslabs/amazon-kinesis-producer}: four bytes of magic, a protobuf message {@code
 * AggregatedRecord}, sixteen bytes of MD5 over the message. Where the document is silent we hand
 * out what the consumer library (KCL) hands out, or nothing.
 *
 * <p><b>Why {@code CodedInputStream}, and no generated classes.</b> The message has eight fields,
 * and a reader of varints is soon written; but the ways in which one goes wrong (ten-byte varints,
 * negative lengths, lengths beyond the enclosing message) are long settled in protobuf's own
 * reader. Over an array it compares every length with the bytes that are left before it allocates,
 * which is the limit that we need. It costs the job jar 1.8 MB. Generated classes would add a
 * compiler to the build and keep a second copy of every payload.
 */
@NullMarked
package io.trailwatch.connector.kinesis.kpl;

import org.jspecify.annotations.NullMarked;
