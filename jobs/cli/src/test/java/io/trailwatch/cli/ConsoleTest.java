package io.trailwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.finding.Severity;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Console console(String terminal, String columns, Map<String, String> environment) {
        return Console.of(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                terminal,
                columns,
                environment);
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(console("out", "80", Map.of()).severity(Severity.HIGH, "high"))
                .isEqualTo("\u001b[1;31mhigh\u001b[0m");
        assertThat(console("out", "80", Map.of("NO_COLOR", "1")).severity(Severity.HIGH, "high"))
                .isEqualTo("high");
        assertThat(console("out", "80", Map.of("NO_COLOR", "")).colours()).isTrue();
        assertThat(console("out", "80", Map.of("TERM", "dumb")).colours()).isFalse();
        assertThat(console("err", "80", Map.of()).colours()).isFalse();
    }

    @Test
    void progressIsForTerminalsOnly() {
        console("out", "80", Map.of()).progress("half");
        assertThat(err.toString()).isEmpty();
        console("outerr", "80", Map.of()).progress("half\u001b[2J");
        assertThat(err.toString()).isEqualTo("\r\u001b[Khalf?[2J");
    }

    @Test
    void onlySomebodyAtATerminalIsAskedAndOnlyYesIsYes() {
        assertThat(console("outerr", "80", Map.of()).interactive()).isFalse();
        assertThat(console("inout", "80", Map.of()).interactive()).isFalse();
        assertThat(console("inouterr", "80", Map.of()).interactive()).isTrue();
        Console asked =
                new Console(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false,
                        true,
                        80,
                        new BufferedReader(new StringReader("Yes\nno\n\n")));
        assertThat(asked.confirm("Roll back?")).isTrue();
        assertThat(err.toString()).isEqualTo("Roll back? [y/N] ");
        assertThat(asked.confirm("Roll back?")).isFalse();
        assertThat(asked.confirm("Roll back?")).as("an empty line").isFalse();
        assertThat(asked.confirm("Roll back?")).as("the end of the input").isFalse();
        assertThat(console("err", "80", Map.of()).confirm("Roll back?")).isFalse();
    }

    @Test
    void aNarrowTerminalCutsTheLastColumnOnly() {
        TextTable table = TextTable.of("NAME", ">COUNT", "MESSAGE");
        table.row("a", "5", "x".repeat(100)).row("long name", "12", "short");
        table.print(console("out", "60", Map.of("NO_COLOR", "1")));
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo("NAME       COUNT  MESSAGE");
        assertThat(lines.get(1)).isEqualTo("a              5  " + "x".repeat(41) + "…");
        assertThat(lines.get(1)).hasSize(60);
        assertThat(lines.get(2)).isEqualTo("long name     12  short");
    }

    @Test
    void aPipeGetsWholeCellsWithoutColours() {
        Console console = console("", "60", Map.of());
        UnaryOperator<String> red = console::red;
        TextTable.of("A", "B")
                .row(List.of(new TextTable.Cell("a", red), TextTable.cell("x".repeat(100))))
                .print(console);
        assertThat(out.toString().lines().toList().get(1)).isEqualTo("a  " + "x".repeat(100));
    }

    @Test
    void textOfALogCannotSteerATerminal() {
        assertThat(SafeText.of("a\u001b[31m\r\n\u0007\u009b\u202e\u200b\u2028\ud800z"))
                .isEqualTo("a?[31m????????z");
        assertThat(SafeText.of("Ünïcode 你好 \ud83d\ude00")).isEqualTo("Ünïcode 你好 \ud83d\ude00");
        assertThat(SafeText.of("\ud83d\ude00\ud83d\ude00", 4)).hasSize(4);
        assertThat(SafeText.of("abcdef", 4)).isEqualTo("abc…");
        // Cutting must not leave half a character behind.
        assertThat(SafeText.of("ab\ud83d\ude00cd", 4)).isEqualTo("ab…");
    }

    @Test
    void jsonKeepsTextAndSendsNoControlCharacterRaw() throws Exception {
        String hostile = "\u001b]0;x\u0007\u007f\u009b\u202e \"ü\"";
        new JsonLines(new PrintWriter(out, true))
                .object(json -> json.writeStringField("m", hostile));
        String line = out.toString().strip();
        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
        assertThat(new ObjectMapper().readTree(line).path("m").asText()).isEqualTo(hostile);
    }
}
