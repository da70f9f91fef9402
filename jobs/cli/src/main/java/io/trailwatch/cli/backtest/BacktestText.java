package io.trailwatch.cli.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.backtest.Compared.Outcome;
import io.trailwatch.core.detect.rule.RuleMetadata;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The summary of a backtest, for people. */
final class BacktestText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MAX_TITLE_CHARS = 40;

    /** Of more rules than these, days and examples are not shown. */
    private static final int MAX_RULES_IN_DETAIL = 3;

    private static final int MAX_DAYS = 31;

    private final Console console;

    BacktestText(Console console) {
        this.console = console;
    }

    /**
     * What one rule has come to.
     *
     * @param events of the logs it reads
     */
    record Line(RuleMetadata rule, RuleTally tally, long events) {}

    /**
     * A row for each rule that found something or did before, those with most findings first, and
     * how many found nothing.
     */
    void print(List<Line> lines) {
        List<Line> found =
                lines.stream()
                        .filter(
                                line ->
                                        line.tally().findings() > 0
                                                || line.tally().of(Outcome.GONE) > 0)
                        .toList();
        if (!found.isEmpty()) {
            table(found);
        }
        long silent = lines.size() - (long) found.size();
        if (silent > 0) {
            line(
                    "%,d of %,d %s found nothing, now or before.",
                    silent, lines.size(), lines.size() == 1 ? "rule" : "rules");
        }
        if (found.size() <= MAX_RULES_IN_DETAIL) {
            found.forEach(this::detail);
        }
    }

    private void table(List<Line> found) {
        TextTable table =
                TextTable.of(
                        "SEVERITY",
                        "RULE",
                        ">EVENTS",
                        ">FINDINGS",
                        ">NEW",
                        ">SAME",
                        ">GONE",
                        ">ENTITIES",
                        ">A DAY",
                        "FIRST (UTC)",
                        "LAST (UTC)",
                        "NOISIEST ENTITY");
        for (Line line : found) {
            RuleTally tally = line.tally();
            table.row(
                    List.of(
                            new TextTable.Cell(
                                    line.rule().severity().label(),
                                    text -> console.severity(line.rule().severity(), text)),
                            TextTable.cell(line.rule().title(), MAX_TITLE_CHARS),
                            TextTable.cell(number(line.events())),
                            TextTable.cell(number(tally.findings())),
                            TextTable.cell(number(tally.of(Outcome.NEW))),
                            TextTable.cell(number(tally.of(Outcome.SAME))),
                            TextTable.cell(number(tally.of(Outcome.GONE))),
                            TextTable.cell(
                                    (tally.moreEntities() ? "over " : "")
                                            + number(tally.entities())),
                            TextTable.cell(perDay(tally)),
                            TextTable.cell(time(tally.first())),
                            TextTable.cell(time(tally.last())),
                            TextTable.cell(noisiest(tally))));
        }
        table.print(console);
        console.println("");
    }

    private void detail(Line line) {
        console.println("");
        console.println(console.bold(SafeText.of(line.rule().title())));
        int shown = 0;
        for (Map.Entry<String, Long> day : line.tally().days().entrySet()) {
            if (shown++ == MAX_DAYS) {
                line("  ... %,d more days", line.tally().days().size() - MAX_DAYS);
                break;
            }
            line("  %s  %,d", day.getKey(), day.getValue());
        }
        for (Outcome outcome : Outcome.values()) {
            for (JsonNode finding : line.tally().examples(outcome)) {
                console.println(
                        "  %s: %s %s"
                                .formatted(
                                        outcome.label(),
                                        finding.path("time").asText(),
                                        SafeText.of(finding.path("message").asText())));
            }
        }
    }

    /** On days with any: the mean, and the most. */
    private static String perDay(RuleTally tally) {
        Map<String, Long> days = tally.days();
        if (days.isEmpty()) {
            return "-";
        }
        long most = days.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return String.format(
                Locale.ROOT, "%.1f, max %,d", (double) tally.findings() / days.size(), most);
    }

    private static String noisiest(RuleTally tally) {
        String entity = tally.noisiest();
        return entity == null ? "-" : tally.noisiestSharePercent() + " % " + entity;
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "-" : TIME.format(time);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private void line(String format, Object... arguments) {
        console.println(String.format(Locale.ROOT, format, arguments));
    }
}
