package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.event.Provenance;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFormatsTest {
    private static final String STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/flow";

    @Test
    void asksTheLogGroupThenTheAccountThenTheSourceThenTheRest() {
        FlowFormats formats =
                new FlowFormats(
                        "start",
                        Map.of(
                                "/vpc/flow/a", "srcaddr",
                                "account:444455556666", "dstaddr",
                                "stream/flow", "${bytes}"));

        assertThat(names(formats, "444455556666", "/vpc/flow/a", STREAM)).isEqualTo("srcaddr");
        assertThat(names(formats, "444455556666", "/vpc/flow/b", STREAM)).isEqualTo("dstaddr");
        assertThat(names(formats, "111122223333", "/vpc/flow/b", STREAM)).isEqualTo("bytes");
        assertThat(names(formats, "111122223333", "/vpc/flow/b", STREAM + "-2")).isEqualTo("start");
        assertThat(names(formats, "", "", "/logs/a.log")).isEqualTo("start");
    }

    @Test
    void knowsNothingOfASourceThatNothingIsSaidOf() {
        FlowFormats formats = new FlowFormats(null, Map.of("/vpc/flow/a", "srcaddr"));

        assertThat(names(formats, "111122223333", "/vpc/flow/ab", STREAM)).isNull();
        assertThat(names(new FlowFormats(null, Map.of()), "", "", "")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/logs/prod/2026/a.log.gz, a.log.gz, true",
        "/logs/prod/2026/a.log.gz, prod, true",
        "/logs/prod/2026/a.log.gz, prod/2026, true",
        "/logs/prod/2026/a.log.gz, /prod/, true",
        "/logs/prod/2026/a.log.gz, /logs/prod/2026/a.log.gz, true",
        "/logs/prod/2026/a.log.gz, aws-account-id=111122223333, false",
        "/logs/aws-account-id=111122223333/a.log, aws-account-id=111122223333, true",
        "/logs/prod/2026/a.log.gz, rod, false",
        "/logs/prod/2026/a.log.gz, pro, false",
        "/logs/prod/2026/a.log.gz, log, false",
        "/logs/product/prod/a.log.gz, prod, true",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/flow, eu-west-1, true",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/flow, stream/flo, false",
    })
    void comparesWholeSegmentsOfTheSource(String source, String key, boolean known) {
        FlowFormats formats = new FlowFormats(null, Map.of(key, "srcaddr"));

        assertThat(names(formats, "", "", source)).isEqualTo(known ? "srcaddr" : null);
    }

    @Test
    void takesTheLongestKeyOfASource() {
        FlowFormats formats =
                new FlowFormats(
                        null, Map.of("logs", "srcaddr", "logs/prod", "dstaddr", "a.log", "bytes"));

        assertThat(names(formats, "", "", "/logs/prod/a.log")).isEqualTo("dstaddr");
        assertThat(names(formats, "", "", "/logs/test/a.log")).isEqualTo("bytes");
        assertThat(names(formats, "", "", "/logs/test/b.log")).isEqualTo("srcaddr");
    }

    @Test
    void refusesWhatIsNoKeyOrNoFormatByName() {
        assertThatThrownBy(() -> new FlowFormats(null, Map.of("/vpc/flow/a", "src dst")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("format of '/vpc/flow/a'")
                .hasMessageContaining("names no field of flow logs");
        assertThatThrownBy(() -> new FlowFormats(null, Map.of("account:1234", "srcaddr")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'account:1234', must be account: and 12 digits");
        assertThatThrownBy(() -> new FlowFormats(null, Map.of(" ", "srcaddr")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is empty");
        assertThatThrownBy(() -> new FlowFormats("SRC", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'SRC'");
    }

    private static @Nullable String names(
            FlowFormats formats, String account, String logGroup, String source) {
        FlowFormat format =
                formats.resolve(new Provenance(account, "", logGroup, "eni-1-all", 0), source);
        return format == null ? null : format.names();
    }
}
