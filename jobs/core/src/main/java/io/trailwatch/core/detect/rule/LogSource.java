package io.trailwatch.core.detect.rule;

import io.trailwatch.event.LogKind;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which log a rule reads (Sigma rules specification 2.1, attribute logsource). */
public record LogSource(
        @Nullable String category, @Nullable String product, @Nullable String service)
        implements Serializable {

    /** Services of product aws: the kind of their log, and its formats where others share it. */
    private static final Map<String, Log> AWS =
            Map.ofEntries(
                    Map.entry("cloudtrail", new Log(LogKind.CLOUDTRAIL)),
                    Map.entry("vpcflow", new Log(LogKind.VPC_FLOW)),
                    Map.entry("waf", new Log(LogKind.HTTP_ACCESS, "waf")),
                    Map.entry("elb", new Log(LogKind.HTTP_ACCESS, "alb", "elb", "nlb-tls")),
                    Map.entry(
                            "cloudfront",
                            new Log(LogKind.HTTP_ACCESS, "cloudfront", "cloudfront-json")),
                    Map.entry("s3access", new Log(LogKind.HTTP_ACCESS, "s3-access")),
                    Map.entry("route53", new Log(LogKind.DNS_QUERY)),
                    Map.entry("dns", new Log(LogKind.DNS_QUERY)),
                    Map.entry("eks", new Log(LogKind.KUBERNETES_AUDIT)),
                    Map.entry("guardduty", new Log(LogKind.AWS_FINDING, "guardduty")),
                    Map.entry("securityhub", new Log(LogKind.AWS_FINDING, "securityhub")));

    private record Log(LogKind kind, Set<String> formats) {
        Log(LogKind kind, String... formats) {
            this(kind, Set.of(formats));
        }
    }

    /**
     * The kind of log meant: of product aws by its service, or category application, or service
     * app.
     */
    LogKind kind() {
        return log().kind();
    }

    /**
     * Names of the formats meant, as {@link io.trailwatch.event.LogEvent#format} begins; empty for
     * every format of the kind.
     */
    public Set<String> formats() {
        return log().formats();
    }

    /** What is given of it, for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        append(text, "category", category);
        append(text, "product", product);
        append(text, "service", service);
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private static void append(StringBuilder text, String attribute, @Nullable String value) {
        if (value != null) {
            text.append(text.isEmpty() ? "" : ", ").append(attribute).append(' ').append(value);
        }
    }

    private Log log() {
        Log log =
                "aws".equals(product) && category == null && service != null
                        ? AWS.get(service)
                        : null;
        if (log != null) {
            return log;
        }
        if (product == null
                && (category == null ? "app".equals(service) : isApplicationCategory())) {
            return new Log(LogKind.APP_EVENT);
        }
        throw new Refusal(
                ProblemCode.UNKNOWN_LOGSOURCE,
                "logsource",
                "%s is no log read here; use product aws with service %s, or category application"
                        .formatted(text(), String.join(", ", new TreeSet<>(AWS.keySet()))));
    }

    private boolean isApplicationCategory() {
        return "application".equals(category) && (service == null || service.equals("app"));
    }
}
