package io.trailwatch.core.unwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded.Rejected;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.Quarantined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Public logs, read where the system property {@code trailwatch.shared.data} names their place. */
class RealLogsTest {
    @Test
    void readsEveryRecordOfAnAttackToolRun() throws IOException {
        Unwrapped pieces = read("cloudtrail-invictus-2023", ".json.gz");

        assertThat(pieces.events).hasSize(2_900);
        assertThat(new HashSet<>(pieces.keys())).hasSize(2_900);
        assertThat(pieces.keys()).noneMatch(key -> key.contains("h:") || key.contains("ct/h/"));
        assertThat(rejections(pieces)).isEmpty();
    }

    @Test
    void readsEveryRecordOfTheDetonationArrays() throws IOException {
        Unwrapped pieces = read("cloudtrail-stratus-detonations", ".json");

        assertThat(new HashSet<>(pieces.keys())).hasSize(143);
        assertThat(pieces.events).hasSize(143);
        assertThat(rejections(pieces)).isEmpty();
    }

    @Test
    void readsRecordsThatWentThroughLogstash() throws IOException {
        Unwrapped pieces = read("cloudtrail-otrf-s3-exfil", ".jsonl.gz");

        assertThat(pieces.events).hasSize(103);
        assertThat(rejections(pieces)).isEmpty();
    }

    /** One example there is but a userIdentity, and one the answer of a look-up of events. */
    @Test
    void readsTheExamplesOfTheUserGuideButTheOneThatIsNoRecord() throws IOException {
        Unwrapped pieces = read("cloudtrail-aws-docs", ".jsonl");

        assertThat(pieces.events).hasSize(25);
        assertThat(rejections(pieces)).containsExactly("MISSING_FIELD eventTime is missing");
    }

    @Test
    void readsFlowRecordsOfFiveFormats() throws IOException {
        Path folder = folder("vpcflow-aws-docs");
        Unwrapped pieces = new Unwrapped();
        for (String name :
                List.of(
                        "default-v2",
                        "custom-v3-tcp-flags",
                        "custom-nat",
                        "custom-v3-tgw",
                        "custom-v5-traffic-path")) {
            String format = Files.readString(folder.resolve(name + ".fields"));
            new Unwrapper(new UnwrapSettings(SourceHint.AUTO, format, DecodeLimits.DEFAULT))
                    .unwrap(
                            Unwrapped.record(Files.readAllBytes(folder.resolve(name + ".log"))),
                            pieces);
        }

        assertThat(new HashSet<>(pieces.keys())).hasSize(27);
        assertThat(rejections(pieces)).isEmpty();
    }

    private static Unwrapped read(String folder, String suffix) throws IOException {
        Unwrapped pieces = new Unwrapped();
        Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
        try (Stream<Path> files = Files.list(folder(folder))) {
            for (Path file : files.filter(f -> f.toString().endsWith(suffix)).sorted().toList()) {
                unwrapper.unwrap(Unwrapped.record(Files.readAllBytes(file)), pieces);
            }
        }
        return pieces;
    }

    private static List<String> rejections(Unwrapped pieces) {
        List<String> rejections = new ArrayList<>();
        for (Quarantined rejected : pieces.rejections) {
            rejections.add(rejected.reason() + " " + rejected.detail());
        }
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        for (LogEvent event : pieces.events) {
            if (decoder.decode(event) instanceof Rejected<DecodedEvent> rejected) {
                rejections.add(rejected.reason() + " " + rejected.detail());
            }
        }
        return rejections;
    }

    private static Path folder(String name) {
        Path folder = Path.of(System.getProperty("trailwatch.shared.data", "absent")).resolve(name);
        assumeThat(folder).as("public logs").isDirectory();
        return folder;
    }
}
