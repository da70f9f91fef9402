package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One query that Route 53 answered, with its answers. What the log does not have is null.
 *
 * @param log what wrote the log
 * @param name name asked for, lower case, without its last dot; the root is {@code .}
 * @param rcode as the log writes it, such as {@code NXDOMAIN}
 * @param source who asked: a client in a VPC, or a resolver in the internet
 * @param instanceId instance that asked
 * @param resolverEndpoint endpoint or its network interface that the query came through
 * @param transport such as {@code UDP}
 * @param hostedZone public hosted zone that answered
 * @param edgeLocation where it answered
 * @param firewall what the DNS Firewall decided; null when none of its rules matched
 * @param columns the line by column names; empty when the log is JSON
 * @param json the whole record; null when the log is text
 * @param unmapped what the other components do not tell, by the names of the log
 * @param raw the record as written
 */
public record DnsQuery(
        Instant time,
        Log log,
        String name,
        @Nullable String type,
        @Nullable String queryClass,
        @Nullable String rcode,
        List<Answer> answers,
        @Nullable String sourceAddress,
        @Nullable Integer sourcePort,
        @Nullable String vpcId,
        @Nullable String instanceId,
        @Nullable String resolverEndpoint,
        @Nullable String transport,
        @Nullable String hostedZone,
        @Nullable String edgeLocation,
        @Nullable Firewall firewall,
        Map<String, String> columns,
        @Nullable ObjectNode json,
        Map<String, String> unmapped,
        String raw)
        implements EventBody {

    /** The log. */
    public record Log(
            String feature,
            @Nullable String version,
            @Nullable String account,
            @Nullable String region) {}

    /** One answer. */
    public record Answer(String data, @Nullable String type, @Nullable String answerClass) {}

    /**
     * What the Route 53 Resolver DNS Firewall decided.
     *
     * @param action such as {@code BLOCK} or {@code ALERT}
     */
    public record Firewall(
            String action, @Nullable String ruleGroupId, @Nullable String domainListId) {}
}
