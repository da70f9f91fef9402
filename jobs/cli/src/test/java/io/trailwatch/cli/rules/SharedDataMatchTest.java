package io.trailwatch.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trailwatch.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Public rules and our own over real logs, where the folder that holds them is present. */
class SharedDataMatchTest {
    private final Path data = Path.of(System.getProperty("trailwatch.shared.data", "absent"));

    @BeforeEach
    void needsTheData() {
        assumeTrue(Files.isDirectory(data), "no folder of real logs at " + data);
    }

    private CommandLineRun match(String folder, String... more) {
        String[] args = new String[3 + more.length];
        args[0] = "rules";
        args[1] = "match";
        args[2] = data.resolve(folder).toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandLineRun.of(args);
    }

    @ParameterizedTest(name = "{0}: {1} of {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    aws-event-envelopes            | 0   | 50
                    cloudtrail-aws-docs            | 10  | 25
                    cloudtrail-invictus-2023       | 109 | 2,900
                    cloudtrail-otrf-s3-exfil       | 11  | 103
                    cloudtrail-stratus-detonations | 40  | 143
                    vpcflow-aws-docs               | 0   | 7
                    """)
    void thePublicRulesMatchAsOftenAsEver(String folder, String matches, String events) {
        CommandLineRun run =
                match(folder, "--rules", data.resolve("sigma-aws-rules/rules").toString());
        assertThat(run.status()).isZero();
        assertThat(run.lines().get(run.lines().size() - 1))
                .startsWith("%s matches in %s events of ".formatted(matches, events))
                .endsWith(" with 57 rules");
    }

    @Test
    void ourRulesMatchTheSameInTheSameOrderWhenAskedAgain() {
        CommandLineRun first = match("cloudtrail-invictus-2023", "--json");
        CommandLineRun second = match("cloudtrail-invictus-2023", "--json");
        assertThat(first.lines()).hasSizeGreaterThan(80).isEqualTo(second.lines());
    }

    @Test
    void ourRulesAlertOnAtMostTwoInFiveEventsOfTheDetonations() {
        CommandLineRun run = match("cloudtrail-stratus-detonations", "--json");
        long alerted =
                run.lines().stream()
                        .filter(line -> line.contains("\"kind\":\"rule\""))
                        // The others only count towards correlations.
                        .filter(line -> line.contains("\"reported\":true"))
                        .map(line -> line.replaceFirst(".*\"event_id\":\"([^\"]*)\".*", "$1"))
                        .distinct()
                        .count();
        assertThat(alerted).isBetween(17L, (long) (0.4 * 143));
    }
}
