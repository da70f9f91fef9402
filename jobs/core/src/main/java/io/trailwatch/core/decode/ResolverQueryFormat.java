package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Query logs of the Route 53 Resolver (document "Values that appear in VPC Resolver query logs"),
 * with the fields of the DNS Firewall.
 *
 * <p>Identity: none is written, and the time has whole seconds. In CloudWatch Logs the id of the
 * log event identifies the query. By way of S3 or Firehose the content must: there a client that
 * asks the same from the same port twice within a second is seen once, which is what a
 * retransmission looks like.
 */
final class ResolverQueryFormat implements JsonFormat {
    static final ResolverQueryFormat INSTANCE = new ResolverQueryFormat();

    private static final JsonRecord.Mapped MAPPED =
            JsonRecord.Mapped.of(
                    "version",
                    "account_id",
                    "region",
                    "vpc_id",
                    "query_timestamp",
                    "query_name",
                    "query_type",
                    "query_class",
                    "rcode",
                    "answers",
                    "srcaddr",
                    "srcport",
                    "transport",
                    "srcids.instance",
                    "srcids.resolver_endpoint",
                    "firewall_rule_action",
                    "firewall_rule_group_id");

    private ResolverQueryFormat() {}

    @Override
    public String name() {
        return "route53-resolver";
    }

    @Override
    public LogKind kind() {
        return LogKind.DNS_QUERY;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.has("query_name")
                && fields.has("query_timestamp")
                && (fields.has("vpc_id") || fields.has("srcids") || fields.has("srcaddr"));
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        return List.of("r53");
    }

    @Override
    public long hour(JsonFields fields) {
        return EventTimes.hour(fields.text("query_timestamp"));
    }

    @Override
    public DnsQuery decode(ObjectNode json, LogEvent event) throws RejectedException {
        JsonNode source = json.path("srcids");
        String firewallAction = JsonRecord.filled(json, "firewall_rule_action");
        return new DnsQuery(
                EventTimes.parse("query_timestamp", JsonRecord.required(json, "query_timestamp")),
                new DnsQuery.Log(
                        "Resolver Query Logs",
                        JsonRecord.text(json, "version"),
                        Arns.first(
                                JsonRecord.filled(json, "account_id"),
                                event.provenance().account()),
                        Arns.first(JsonRecord.filled(json, "region"), event.provenance().region())),
                hostname(JsonRecord.required(json, "query_name")),
                JsonRecord.filled(json, "query_type"),
                JsonRecord.filled(json, "query_class"),
                JsonRecord.filled(json, "rcode"),
                answers(json.path("answers")),
                JsonRecord.filled(json, "srcaddr"),
                JsonRecord.whole(json, "srcport", 65_535),
                JsonRecord.filled(json, "vpc_id"),
                JsonRecord.filled(source, "instance"),
                JsonRecord.filled(source, "resolver_endpoint"),
                JsonRecord.filled(json, "transport"),
                null,
                null,
                firewallAction == null
                        ? null
                        : new DnsQuery.Firewall(
                                firewallAction,
                                JsonRecord.filled(json, "firewall_rule_group_id"),
                                JsonRecord.filled(json, "firewall_domain_list_id")),
                Map.of(),
                json,
                MAPPED.unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static List<DnsQuery.Answer> answers(JsonNode array) {
        List<DnsQuery.Answer> answers = new ArrayList<>(array.size());
        if (array.isArray()) {
            for (JsonNode answer : array) {
                String data = JsonRecord.text(answer, "Rdata");
                if (data != null) {
                    answers.add(
                            new DnsQuery.Answer(
                                    data,
                                    JsonRecord.filled(answer, "Type"),
                                    JsonRecord.filled(answer, "Class")));
                }
            }
        }
        return answers;
    }

    /** DNS names have no case, and end with a dot or not. */
    static String hostname(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".")
                ? lower.substring(0, lower.length() - 1)
                : lower;
    }
}
