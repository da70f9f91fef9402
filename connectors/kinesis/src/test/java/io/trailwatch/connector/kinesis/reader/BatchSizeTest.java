package io.trailwatch.connector.kinesis.reader;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final int MEBIBYTE = 1 << 20;

    private final BatchSize size = new BatchSize(10_000);

    @Test
    void knowsNothingAndAsksForFewAtFirst() {
        assertThat(size.records(4 * MEBIBYTE)).isEqualTo(4);
        assertThat(size.bytes(4)).isEqualTo(4 * MEBIBYTE);
    }

    @Test
    void takesLargerRecordsSeriouslyAtOnce() {
        size.seen(2, 2 * MEBIBYTE);
        assertThat(size.records(4 * MEBIBYTE)).isEqualTo(4);
        size.seen(1, 10 * MEBIBYTE);
        assertThat(size.records(4 * MEBIBYTE)).isEqualTo(1);
        assertThat(size.bytes(1)).isEqualTo(10 * MEBIBYTE);
        assertThat(size.bytes(3)).isEqualTo(ByteBudget.MAX_ANSWER_BYTES);
    }

    @Test
    void takesSmallerOnesSeriouslyByAndBy() {
        size.seen(1, 10 * MEBIBYTE);
        size.seen(1000, 1000);
        assertThat(size.bytes(1)).isBetween(7L * MEBIBYTE, 8L * MEBIBYTE);
        for (int i = 0; i < 100; i++) {
            size.seen(1000, 1000);
        }
        assertThat(size.records(MEBIBYTE)).isEqualTo(10_000);
        size.seen(0, 0);
        assertThat(size.bytes(10_000)).isBetween(10_000L, 10_001L);
    }

    @Test
    void countsEmptyRecordsAsSomething() {
        for (int i = 0; i < 100; i++) {
            size.seen(10, 0);
        }
        assertThat(size.bytes(10)).isBetween(10L, 11L);
    }
}
