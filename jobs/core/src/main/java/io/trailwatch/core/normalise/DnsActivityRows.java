package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.DnsQuery;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link Tables#DNS_ACTIVITY}, as Amazon Security Lake maps the query logs of the Route 53
 * Resolver: activity Traffic, since a record holds the question and its answers.
 */
public final class DnsActivityRows {
    private static final int ACTIVITY_TRAFFIC = 6;
    private static final int RCODE_OTHER = 99;

    /** Names of response codes as DNS writes them, to those of OCSF. */
    private static final Map<String, Rcode> RCODES =
            Map.ofEntries(
                    Map.entry("NOERROR", new Rcode(0, "NoError")),
                    Map.entry("FORMERR", new Rcode(1, "FormError")),
                    Map.entry("SERVFAIL", new Rcode(2, "ServError")),
                    Map.entry("NXDOMAIN", new Rcode(3, "NXDomain")),
                    Map.entry("NOTIMP", new Rcode(4, "NotImp")),
                    Map.entry("REFUSED", new Rcode(5, "Refused")),
                    Map.entry("YXDOMAIN", new Rcode(6, "YXDomain")),
                    Map.entry("YXRRSET", new Rcode(7, "YXRRSet")),
                    Map.entry("NXRRSET", new Rcode(8, "NXRRSet")),
                    Map.entry("NOTAUTH", new Rcode(9, "NotAuth")),
                    Map.entry("NOTZONE", new Rcode(10, "NotZone")));

    private DnsActivityRows() {}

    private record Rcode(int id, String name) {}

    /** One row; {@code source} is what is known of the address that asked. */
    public static Row row(LogEvent event, DnsQuery dns, IpContext source, OcsfVersion version) {
        OcsfClass ocsfClass = OcsfClass.DNS_ACTIVITY;
        String name = dns.rcode();
        Rcode rcode =
                name == null
                        ? null
                        : RCODES.getOrDefault(
                                name.toUpperCase(Locale.ROOT), new Rcode(RCODE_OTHER, name));
        DnsQuery.Firewall firewall = dns.firewall();
        SecurityControl control =
                dns.hostedZone() != null
                        ? SecurityControl.NONE
                        : SecurityControl.ofDnsFirewall(
                                firewall == null ? null : firewall.action());
        List<Row> answers = new ArrayList<>(dns.answers().size());
        for (DnsQuery.Answer answer : dns.answers()) {
            answers.add(Row.of(answer.data(), answer.type(), answer.answerClass()));
        }
        String ip = AccessParts.ipOrNull(dns.sourceAddress());

        return Row.of(
                event.key(),
                dns.time().toEpochMilli(),
                dns.time(),
                ocsfClass.uid(),
                ocsfClass.label(),
                ocsfClass.categoryUid(),
                ocsfClass.categoryName(),
                ACTIVITY_TRAFFIC,
                "Traffic",
                ocsfClass.uid() * 100L + ACTIVITY_TRAFFIC,
                ocsfClass.label() + ": Traffic",
                1,
                "Informational",
                rcode == null ? null : rcode.id() == 0 ? 1 : 2,
                rcode == null ? null : rcode.id() == 0 ? "Success" : "Failure",
                OcsfParts.metadata(
                        version,
                        event.provenance(),
                        control.actionId() == null
                                ? OcsfParts.CLOUD_PROFILES
                                : OcsfParts.SECURITY_CONTROL_PROFILES,
                        null,
                        null,
                        null,
                        OcsfParts.product("Route 53", dns.log().version(), dns.log().feature())),
                OcsfParts.cloud(dns.log().region(), dns.log().account()),
                dns.time().toEpochMilli(),
                Row.of(dns.name(), dns.type(), dns.queryClass()),
                answers.isEmpty() ? null : answers,
                rcode == null ? null : rcode.name(),
                rcode == null ? null : rcode.id(),
                Row.of(
                        ip,
                        dns.sourcePort(),
                        dns.vpcId(),
                        dns.instanceId(),
                        dns.resolverEndpoint(),
                        OcsfParts.location(source),
                        OcsfParts.autonomousSystem(source)),
                Row.of("route53.amazonaws.com", dns.hostedZone(), dns.edgeLocation()),
                dns.transport() == null ? null : Row.of(dns.transport(), "Unknown", 0),
                control.action(),
                control.actionId(),
                control.disposition(),
                control.dispositionId(),
                firewall == null || firewall.ruleGroupId() == null
                        ? null
                        : Row.of(firewall.ruleGroupId(), null, null, null, null, null, null),
                OcsfParts.threats("src_endpoint.ip", ip, source),
                observables(dns, ip),
                dns.unmapped().isEmpty() ? null : dns.unmapped(),
                dns.raw());
    }

    private static List<Row> observables(DnsQuery dns, @Nullable String ip) {
        List<Row> observables = new ArrayList<>(3 + dns.answers().size());
        OcsfParts.addIp(observables, "src_endpoint.ip", ip);
        OcsfParts.addHostname(observables, "query.hostname", dns.name());
        OcsfParts.addResource(observables, "src_endpoint.instance_uid", dns.instanceId());
        for (DnsQuery.Answer answer : dns.answers()) {
            OcsfParts.addIp(observables, "answers.rdata", AccessParts.ipOrNull(answer.data()));
        }
        return observables;
    }
}
