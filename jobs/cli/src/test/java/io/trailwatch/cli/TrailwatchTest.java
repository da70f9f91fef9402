package io.trailwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TrailwatchTest {
    @Test
    void everyCommandHasADescriptionAndExamples() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        List<CommandLine> commands = new ArrayList<>();
        collect(new CommandLine(new Trailwatch(Console.plain(nowhere, nowhere))), commands);
        assertThat(commands).hasSizeGreaterThan(15);
        for (CommandLine command : commands) {
            String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
            assertThat(String.join("\n", command.getCommandSpec().usageMessage().footer()))
                    .as(name)
                    .contains("./trailwatch ");
        }
    }

    private static void collect(CommandLine command, List<CommandLine> commands) {
        commands.add(command);
        command.getSubcommands().values().forEach(sub -> collect(sub, commands));
    }

    @Test
    void wrongUseNamesTheOptionAndEndsWithTwo() {
        CommandLineRun absent = CommandLineRun.of("findings");
        assertThat(absent.status()).isEqualTo(2);
        assertThat(absent.err())
                .contains("trailwatch findings: --warehouse DIR or --config FILE must be given")
                .contains("./trailwatch findings --help");

        CommandLineRun unknown = CommandLineRun.of("tables", "--warehouse", "w", "--nope");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--nope");

        CommandLineRun both = CommandLineRun.of("tables", "--warehouse", "w", "--config", "c");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("mutually exclusive");

        CommandLineRun level =
                CommandLineRun.of("findings", "--warehouse", "w", "--severity", "grave");
        assertThat(level.status()).isEqualTo(2);
        assertThat(level.err()).contains("--severity").contains("grave");

        CommandLineRun limit = CommandLineRun.of("findings", "--warehouse", "w", "--limit", "0");
        assertThat(limit.status()).isEqualTo(2);
        assertThat(limit.err()).contains("--limit: must be at least 1, is 0");
    }

    @Test
    void noErrorOfTheUserShowsAStackTrace() {
        CommandLineRun run = CommandLineRun.of("findings", "--warehouse", "/does/not/exist");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "trailwatch findings: --warehouse: /does/not/exist is no folder");
        CommandLineRun debug =
                CommandLineRun.of("findings", "--warehouse", "/does/not/exist", "--debug");
        assertThat(debug.err()).contains("CommandException").contains("\tat ");
    }

    @Test
    void withoutACommandTheHelpIsShownAsWrongUse() {
        CommandLineRun run = CommandLineRun.of();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Usage: trailwatch").contains("findings");
        assertThat(run.out()).isEmpty();
        assertThat(CommandLineRun.of("--help").status()).isZero();
    }
}
