package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Traffic logs of AWS WAF web ACLs (document "Log fields for web ACL traffic"), the same by way of
 * CloudWatch Logs, S3 and Firehose.
 *
 * <p>Identity: {@code waf/<web ACL>/<request id>/<timestamp>}; a request that passes two web ACLs
 * has a record of each. Behind an Application Load Balancer the request id is the trace id, which
 * the client may choose: there it identifies nothing, as a client could hide requests behind one
 * another.
 */
final class WafFormat implements JsonFormat {
    static final WafFormat INSTANCE = new WafFormat();

    private static final JsonRecord.Mapped MAPPED =
            JsonRecord.Mapped.of(
                    "timestamp",
                    "formatVersion",
                    "terminatingRuleId",
                    "terminatingRuleType",
                    "action",
                    "httpSourceId",
                    "responseCodeSent",
                    "httpRequest.clientIp",
                    "httpRequest.country",
                    "httpRequest.headers",
                    "httpRequest.uri",
                    "httpRequest.args",
                    "httpRequest.httpVersion",
                    "httpRequest.httpMethod",
                    "httpRequest.requestId",
                    "httpRequest.scheme",
                    "httpRequest.host");

    private static final String REQUEST = "httpRequest";

    private WafFormat() {}

    @Override
    public String name() {
        return "waf";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.has("webaclId") && fields.has(REQUEST) && fields.has("action");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String acl = fields.text("webaclId");
        String requestId = fields.object(REQUEST).text("requestId");
        String time = fields.text("timestamp");
        if (acl == null
                || requestId == null
                || requestId.isEmpty()
                || time == null
                || !fields.has("httpSourceName")
                || "ALB".equals(fields.text("httpSourceName"))) {
            return List.of("waf");
        }
        return List.of("waf", acl, requestId, time);
    }

    @Override
    public long hour(JsonFields fields) {
        Long millis = LogColumns.whole(fields.text("timestamp"), EventTimes.MAX_EPOCH_MILLI);
        return millis == null ? 0 : millis / 3_600_000;
    }

    @Override
    public HttpRequest decode(ObjectNode json, LogEvent event) throws RejectedException {
        Instant time = EventTimes.ofMillis("timestamp", JsonRecord.required(json, "timestamp"));
        String action = JsonRecord.required(json, "action");
        JsonNode request = json.path(REQUEST);
        List<HttpRequest.Header> headers = headers(request.path("headers"));
        String acl = JsonRecord.filled(json, "webaclId");
        String host = Arns.first(JsonRecord.filled(request, "host"), header(headers, "host"));
        String uri = JsonRecord.filled(request, "uri");
        String arguments = JsonRecord.filled(request, "args");
        HttpUrl url = HttpUrl.of(JsonRecord.filled(request, "scheme"), host, uri, arguments);
        return new HttpRequest(
                time,
                null,
                new HttpRequest.Log(
                        "AWS WAF",
                        "Web ACL Traffic Logs",
                        JsonRecord.text(json, "formatVersion"),
                        Arns.first(Arns.account(acl), event.provenance().account()),
                        Arns.first(Arns.region(acl), event.provenance().region()),
                        false),
                JsonRecord.filled(request, "requestId"),
                new HttpRequest.Peer(
                        JsonRecord.filled(request, "clientIp"),
                        null,
                        JsonRecord.filled(request, "country")),
                new HttpRequest.Server(
                        null,
                        url.port(),
                        url.host(),
                        service(JsonRecord.filled(json, "httpSourceName")),
                        JsonRecord.filled(json, "httpSourceId")),
                null,
                null,
                JsonRecord.filled(request, "httpMethod"),
                url,
                JsonRecord.filled(request, "httpVersion"),
                arguments,
                header(headers, "user-agent"),
                header(headers, "referer"),
                forwarded(header(headers, "x-forwarded-for")),
                headers,
                JsonRecord.whole(json, "responseCodeSent", 999),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                verdict(json, action),
                Map.of(),
                json,
                MAPPED.unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static HttpRequest.Verdict verdict(ObjectNode json, String action) {
        JsonNode match = json.path("terminatingRuleMatchDetails").path(0);
        return new HttpRequest.Verdict(
                action,
                JsonRecord.filled(json, "terminatingRuleId"),
                null,
                JsonRecord.filled(json, "terminatingRuleType"),
                JsonRecord.filled(match, "conditionType"),
                JsonRecord.filled(match, "location"),
                JsonRecord.texts(match.path("matchedData")),
                rateLimit(json.path("rateBasedRuleList"), json));
    }

    /** The limit of the rate-based rule that decided; null when another one did. */
    private static @Nullable Integer rateLimit(JsonNode rules, ObjectNode json) {
        String decided = JsonRecord.filled(json, "terminatingRuleId");
        for (JsonNode rule : rules) {
            if (decided != null && decided.equals(JsonRecord.text(rule, "rateBasedRuleName"))) {
                return JsonRecord.whole(rule, "maxRateAllowed", Integer.MAX_VALUE);
            }
        }
        return null;
    }

    private static List<HttpRequest.Header> headers(JsonNode array) {
        List<HttpRequest.Header> headers = new ArrayList<>(array.size());
        if (array.isArray()) {
            for (JsonNode header : array) {
                String name = JsonRecord.text(header, "name");
                if (name != null) {
                    String value = JsonRecord.text(header, "value");
                    headers.add(new HttpRequest.Header(name, value == null ? "" : value));
                }
            }
        }
        return headers;
    }

    private static @Nullable String header(List<HttpRequest.Header> headers, String name) {
        for (HttpRequest.Header header : headers) {
            if (header.name().toLowerCase(Locale.ROOT).equals(name) && !header.value().isEmpty()) {
                return header.value();
            }
        }
        return null;
    }

    static List<String> forwarded(@Nullable String addresses) {
        if (addresses == null) {
            return List.of();
        }
        List<String> forwarded = new ArrayList<>(2);
        for (String address : addresses.split(",", -1)) {
            if (!address.isBlank()) {
                forwarded.add(address.strip());
            }
        }
        return forwarded;
    }

    /** Service that stands behind the web ACL, as principals of policies are named. */
    private static String service(@Nullable String source) {
        if (source == null) {
            return "waf.amazonaws.com";
        }
        return switch (source) {
            case "CF" -> "cloudfront.amazonaws.com";
            case "ALB" -> ElbLines.SERVICE;
            case "APIGW" -> "apigateway.amazonaws.com";
            case "APPSYNC" -> "appsync.amazonaws.com";
            case "COGNITOIDP", "COGNITO" -> "cognito-idp.amazonaws.com";
            case "APPRUNNER" -> "apprunner.amazonaws.com";
            default -> source;
        };
    }
}
