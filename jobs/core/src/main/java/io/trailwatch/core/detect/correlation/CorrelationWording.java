package io.trailwatch.core.detect.correlation;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.quarantine.Quarantined;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How findings of correlations name who they are about, and put what was counted in words. */
final class CorrelationWording {
    /** Significant digits of an average in a message; it is judged exactly. */
    private static final MathContext SIX_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    private CorrelationWording() {}

    /**
     * What a window held.
     *
     * @param hits events, or findings of lower correlations
     * @param distinct different values, or rules
     * @param value sum, average or percentile
     * @param forgotten hits that the cap kept out
     */
    record Counted(long hits, long distinct, @Nullable String value, long forgotten) {}

    /**
     * @param groupText values of the group, as in the key
     * @param shown the first hits counted, and the last
     */
    static Finding finding(
            CorrelationDefinition definition,
            String groupText,
            List<String> group,
            long now,
            List<KeptHit> shown,
            List<String> evidence,
            Counted counted) {
        KeptHit first = shown.get(0);
        KeptHit last = shown.get(shown.size() - 1);
        String entity = group.isEmpty() ? "all events" : String.join(", ", group);
        return new Finding(
                FindingIds.ofWindow(
                        definition.id(), groupText, first.timeMillis(), first.eventKey()),
                Instant.ofEpochMilli(now),
                definition.id(),
                definition.title(),
                definition.version(),
                definition.author(),
                definition.severity(),
                entityType(definition.groupBy()),
                entity,
                last.account(),
                last.region(),
                definition.techniques(),
                evidence,
                Instant.ofEpochMilli(first.firstMillis()),
                Instant.ofEpochMilli(last.lastMillis()),
                counted.hits(),
                Quarantined.printable(message(definition, entity, counted)));
    }

    /** {@code principal}, {@code ip} or {@code user} where one such field is grouped by. */
    private static String entityType(List<String> groupBy) {
        if (groupBy.size() != 1) {
            return "group";
        }
        String field = groupBy.get(0).toLowerCase(Locale.ROOT);
        return switch (field) {
            case "sourceipaddress", "src_ip", "source_ip", "srcaddr", "dstaddr" -> "ip";
            case "user" -> "user";
            default -> field.startsWith("useridentity.") ? "principal" : "group";
        };
    }

    private static String message(
            CorrelationDefinition definition, String entity, Counted counted) {
        String span = span(Duration.ofMillis(definition.timespanMillis()));
        String what =
                switch (definition.type()) {
                    case EVENT_COUNT -> "%d events".formatted(counted.hits());
                    case VALUE_COUNT ->
                            "%d different values of %s in %d events"
                                    .formatted(
                                            counted.distinct(), definition.field(), counted.hits());
                    case TEMPORAL ->
                            "%d of %d rules matched in %d events"
                                    .formatted(
                                            counted.distinct(), definition.rules(), counted.hits());
                    case TEMPORAL_ORDERED ->
                            "%d rules matched in order".formatted(definition.rules());
                    case VALUE_SUM -> value("sum", definition, counted);
                    case VALUE_AVG -> value("average", definition, counted);
                    case VALUE_PERCENTILE ->
                            value(
                                    "percentile "
                                            + plain(BigDecimal.valueOf(definition.percentile())),
                                    definition,
                                    counted);
                    case VALUE_MEDIAN -> value("median", definition, counted);
                };
        String overflow =
                counted.forgotten() == 0
                        ? ""
                        : " (%d more were beyond what is kept)".formatted(counted.forgotten());
        return "%s: %s within %s for %s%s"
                .formatted(definition.title(), what, span, entity, overflow);
    }

    private static String value(
            String aggregate, CorrelationDefinition definition, Counted counted) {
        return "%s of %s is %s in %d events"
                .formatted(aggregate, definition.field(), counted.value(), counted.hits());
    }

    static String average(BigDecimal sum, long quantities) {
        return plain(sum.divide(BigDecimal.valueOf(quantities), SIX_DIGITS));
    }

    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static String span(Duration span) {
        long seconds = span.toSeconds();
        if (seconds % 86_400 == 0) {
            return span.toDays() + " d";
        }
        if (seconds % 3600 == 0) {
            return span.toHours() + " h";
        }
        return seconds % 60 == 0 ? span.toMinutes() + " min" : seconds + " s";
    }
}
