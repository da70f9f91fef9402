/**
 * Reads the shards of one subtask. {@code KinesisSourceReader} lives on the task's thread with
 * {@code ReadItemEmitter} and the {@code KinesisShardSplitState}s; {@code KinesisSplitReader} is
 * the fetching thread, which takes the steps of {@code FetchLoop}; each shard is a {@code
 * ShardFetch}, polled or pushed. Calls are asynchronous, their answers come through the {@code
 * Inbox}. Imports {@code client}, {@code config}, {@code kpl}, {@code split}, and of {@code
 * enumerator} the events.
 */
@NullMarked
package io.trailwatch.connector.kinesis.reader;

import org.jspecify.annotations.NullMarked;
