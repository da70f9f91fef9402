package io.trailwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** The layouts of log4j2.xml. */
class LogLayoutTest {
    private static final Pattern LAYOUT = Pattern.compile("<PatternLayout pattern=\"([^\"]+)\"/>");

    @Test
    void nothingUntrustedBeginsALineOrReachesTheTerminalRaw() throws Exception {
        String hostile = "a\r\nERROR forged\u001b[31m\u009b2J\u202eb\u0085c\u2028d";
        String xml =
                new String(
                        LogLayoutTest.class.getResourceAsStream("/log4j2.xml").readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        List<String> patterns =
                LAYOUT.matcher(xml)
                        .results()
                        .map(found -> found.group(1).replace("&amp;", "&"))
                        .toList();
        assertThat(patterns).hasSize(2);

        for (String pattern : patterns) {
            String line =
                    PatternLayout.newBuilder()
                            .withPattern(pattern)
                            .build()
                            .toSerializable(
                                    Log4jLogEvent.newBuilder()
                                            .setLoggerName("io.trailwatch.Log")
                                            .setMessage(new SimpleMessage(hostile))
                                            .setThrown(new IllegalStateException("e\u001b[31m"))
                                            .build());
            assertThat(line)
                    .contains("a\\r\\nERROR forged?[31m?2J?b?c?d\n")
                    .contains("java.lang.IllegalStateException: e?[31m\n\tat ")
                    .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\u0080-\u009f&&[^\n\t]]");
        }
    }
}
