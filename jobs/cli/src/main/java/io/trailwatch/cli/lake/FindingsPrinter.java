package io.trailwatch.cli.lake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows findings to people and to scripts. */
public final class FindingsPrinter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** Longer cells in the middle would push the message off the screen. */
    private static final int MAX_RULE_CHARS = 44;

    private static final int MAX_ENTITY_CHARS = 56;

    private FindingsPrinter() {}

    /** A table, in the order given, and how many there are of each severity. */
    public static void table(Console console, List<Finding> findings) {
        if (findings.isEmpty()) {
            console.println("No findings.");
            return;
        }
        TextTable table =
                TextTable.of("TIME (UTC)", "SEVERITY", "RULE", "ENTITY", ">EVENTS", "MESSAGE");
        for (Finding finding : findings) {
            table.row(
                    List.of(
                            TextTable.cell(TIME.format(finding.time())),
                            new TextTable.Cell(
                                    finding.severity().label(),
                                    text -> console.severity(finding.severity(), text)),
                            TextTable.cell(finding.ruleTitle(), MAX_RULE_CHARS),
                            TextTable.cell(finding.entity(), MAX_ENTITY_CHARS),
                            TextTable.cell(Long.toString(finding.count())),
                            TextTable.cell(finding.message())));
        }
        table.print(console);
        console.println("");
        console.println(summary(findings));
    }

    private static String summary(List<Finding> findings) {
        Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
        findings.forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
        List<Severity> highestFirst =
                counts.keySet().stream().sorted((a, b) -> b.compareTo(a)).toList();
        return "%d finding%s: %s"
                .formatted(
                        findings.size(),
                        findings.size() == 1 ? "" : "s",
                        highestFirst.stream()
                                .map(severity -> counts.get(severity) + " " + severity.label())
                                .collect(Collectors.joining(", ")));
    }

    /** One object a line, in the order given. */
    public static void json(JsonLines lines, List<Finding> findings) {
        for (Finding finding : findings) {
            lines.object(json -> fields(json, finding));
        }
    }

    /** The fields of one finding. */
    public static void fields(JsonGenerator json, Finding finding) throws IOException {
        json.writeStringField("id", finding.id());
        json.writeStringField("time", finding.time().toString());
        json.writeStringField("rule_id", finding.ruleId());
        json.writeStringField("rule_title", finding.ruleTitle());
        json.writeStringField("rule_version", finding.ruleVersion());
        json.writeStringField("rule_author", finding.ruleAuthor());
        json.writeStringField("severity", finding.severity().label());
        json.writeStringField("entity_type", finding.entityType());
        json.writeStringField("entity", finding.entity());
        JsonLines.text(json, "account", finding.account());
        JsonLines.text(json, "region", finding.region());
        JsonLines.texts(json, "techniques", finding.techniques());
        JsonLines.texts(json, "evidence", finding.evidence());
        json.writeStringField("first_seen", finding.firstSeen().toString());
        json.writeStringField("last_seen", finding.lastSeen().toString());
        json.writeNumberField("count", finding.count());
        json.writeStringField("message", finding.message());
    }
}
