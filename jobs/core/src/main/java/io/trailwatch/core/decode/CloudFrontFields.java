package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.Provenance;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fields of the standard logs of CloudFront (document "Standard logging reference", section "Log
 * file fields"), whichever of them a distribution logs. Values are percent-encoded; those that
 * clients write are decoded once, which gives back what was asked for.
 */
final class CloudFrontFields {
    /** Names that no other log has. */
    private static final Set<String> OWN =
            Set.of(
                    "x-edge-location",
                    "x-edge-request-id",
                    "x-edge-result-type",
                    "x-edge-response-result-type",
                    "x-edge-detailed-result-type",
                    "x-host-header",
                    "DistributionId");

    private CloudFrontFields() {}

    static boolean isOwn(String name) {
        return OWN.contains(name);
    }

    /**
     * Hour of the time that {@link #time} reads; 0 where it cannot.
     *
     * @param fields a field by its name, null when there is none
     */
    static long hour(Function<String, @Nullable String> fields) {
        try {
            return time(fields).getEpochSecond() / 3_600;
        } catch (RejectedException unreadable) {
            return 0; // decoding will say what is wrong with it
        }
    }

    /** When the response was finished: date and time, or else one of the timestamps. */
    static Instant time(Function<String, @Nullable String> fields) throws RejectedException {
        String date = fields.apply("date");
        String time = fields.apply("time");
        if (date != null && time != null) {
            return EventTimes.parse("date and time", date + "T" + time + "Z");
        }
        String millis = fields.apply("timestamp(ms)");
        if (millis != null) {
            return EventTimes.ofMillis("timestamp(ms)", millis);
        }
        String seconds = fields.apply("timestamp");
        if (seconds != null) {
            return EventTimes.ofSeconds("timestamp", seconds);
        }
        throw RejectedException.missing("date or time, and so are timestamp and timestamp(ms)");
    }

    static HttpRequest request(
            LogColumns columns,
            @Nullable String version,
            @Nullable ObjectNode json,
            Provenance provenance,
            String raw)
            throws RejectedException {
        Instant time = time(columns::look);
        for (String name : List.of("date", "time")) {
            columns.take(name);
        }
        if (columns.look("date") == null || columns.look("time") == null) {
            columns.take("timestamp(ms)");
            columns.take("timestamp");
        }
        String distributionDomain = columns.look("cs(Host)");
        String host = Arns.first(columns.take("x-host-header"), distributionDomain);
        String query = columns.take("cs-uri-query");
        String path = columns.take("cs-uri-stem");
        HttpUrl url =
                HttpUrl.of(
                        columns.take("cs-protocol"),
                        host,
                        path == null ? null : LogColumns.percentDecode(path),
                        query == null ? null : LogColumns.percentDecode(query));
        String detailed = columns.take("x-edge-detailed-result-type");
        return new HttpRequest(
                time,
                null,
                new HttpRequest.Log(
                        "Amazon CloudFront",
                        "Standard Logs",
                        version,
                        Arns.first(provenance.account()),
                        Arns.first(provenance.region()),
                        false),
                columns.take("x-edge-request-id"),
                new HttpRequest.Peer(
                        columns.take("c-ip"),
                        columns.takeInt("c-port", 65_535),
                        columns.take("c-country")),
                new HttpRequest.Server(
                        null,
                        url.port(),
                        url.host(),
                        "cloudfront.amazonaws.com",
                        Arns.first(columns.take("DistributionId"), columns.take("cs(Host)"))),
                null,
                null,
                columns.take("cs-method"),
                url,
                columns.take("cs-protocol-version"),
                null,
                decoded(columns.take("cs(User-Agent)")),
                decoded(columns.take("cs(Referer)")),
                WafFormat.forwarded(decoded(columns.take("x-forwarded-for"))),
                List.of(),
                columns.takeInt("sc-status", 999),
                decoded(columns.take("sc-content-type")),
                columns.takeSecondsAsMillis("time-taken"),
                columns.takeLong("cs-bytes"),
                columns.takeLong("sc-bytes"),
                null,
                detailed != null ? detailed : columns.take("x-edge-result-type"),
                ElbLines.tls(columns, "ssl-protocol", "ssl-cipher", null, null),
                null,
                null,
                json == null ? columns.all() : Map.of(),
                json,
                columns.left(),
                raw);
    }

    private static @Nullable String decoded(@Nullable String text) {
        return text == null ? null : LogColumns.percentDecode(text);
    }
}
