package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The actions of GuardDuty findings, which the AWS Security Finding Format has taken over
 * (documents "GuardDuty finding format" and "Action object in ASFF"). Events and exports begin
 * names in lower case, the API and ASFF in upper case: names here are those of events, and either
 * is read.
 */
final class FindingActions {
    private static final int MAX_PORT = 65_535;

    private FindingActions() {}

    /** Who acted, where the finding tells it elsewhere. */
    record Who(
            @Nullable String userName,
            @Nullable String userId,
            @Nullable String userType,
            @Nullable String accessKeyId) {
        static final Who UNKNOWN = new Who(null, null, null, null);
    }

    /** The node at a path of names; missing where there is none. */
    static JsonNode at(JsonNode json, String... path) {
        JsonNode node = json;
        for (String name : path) {
            JsonNode child = node.get(name);
            if (child == null) {
                child = node.get(Character.toUpperCase(name.charAt(0)) + name.substring(1));
            }
            if (child == null) {
                return MissingNode.getInstance();
            }
            node = child;
        }
        return node;
    }

    /** Text of the scalar at a path; null where there is none, or it is empty. */
    static @Nullable String text(JsonNode json, String... path) {
        JsonNode node = at(json, path);
        return node.isValueNode() && !node.isNull() && !node.asText().isEmpty()
                ? node.asText()
                : null;
    }

    /** What an action shows; nothing where there is none. */
    static List<AwsFinding.Evidence> evidence(JsonNode action, Who who) {
        List<AwsFinding.Evidence> evidence = new ArrayList<>(1);
        JsonNode connection = at(action, "networkConnectionAction");
        if (connection.isObject()) {
            evidence.add(connection(connection, who));
        }
        JsonNode call = at(action, "awsApiCallAction");
        if (call.isObject()) {
            evidence.add(
                    one(
                            who,
                            text(call, "api"),
                            text(call, "serviceName"),
                            address(at(call, "remoteIpDetails")),
                            null,
                            call));
        }
        JsonNode dns = at(action, "dnsRequestAction");
        if (dns.isObject()) {
            evidence.add(one(who, null, null, null, text(dns, "domain"), dns));
        }
        for (JsonNode probe : at(action, "portProbeAction", "portProbeDetails")) {
            evidence.add(
                    endpoints(
                            who,
                            address(at(probe, "remoteIpDetails")),
                            null,
                            address(at(probe, "localIpDetails")),
                            port(at(probe, "localPortDetails")),
                            probe));
        }
        JsonNode kubernetes = at(action, "kubernetesApiCallAction");
        if (kubernetes.isObject()) {
            evidence.add(
                    one(
                            who,
                            text(kubernetes, "verb"),
                            "eks.amazonaws.com",
                            address(at(kubernetes, "remoteIpDetails")),
                            null,
                            kubernetes));
        }
        JsonNode login = at(action, "rdsLoginAttemptAction");
        if (login.isObject()) {
            evidence.add(
                    one(
                            who,
                            null,
                            "rds.amazonaws.com",
                            address(at(login, "remoteIpDetails")),
                            null,
                            login));
        }
        return evidence;
    }

    /** The remote side begins an inbound connection, the local side an outbound one. */
    private static AwsFinding.Evidence connection(JsonNode connection, Who who) {
        String remote = address(at(connection, "remoteIpDetails"));
        String local = address(at(connection, "localIpDetails"));
        Integer remotePort = port(at(connection, "remotePortDetails"));
        Integer localPort = port(at(connection, "localPortDetails"));
        return "OUTBOUND".equals(text(connection, "connectionDirection"))
                ? endpoints(who, local, localPort, remote, remotePort, connection)
                : endpoints(who, remote, remotePort, local, localPort, connection);
    }

    private static AwsFinding.Evidence endpoints(
            Who who,
            @Nullable String sourceAddress,
            @Nullable Integer sourcePort,
            @Nullable String destinationAddress,
            @Nullable Integer destinationPort,
            JsonNode data) {
        return new AwsFinding.Evidence(
                who.userName(),
                who.userId(),
                who.userType(),
                who.accessKeyId(),
                null,
                null,
                sourceAddress,
                sourcePort,
                destinationAddress,
                destinationPort,
                null,
                data.toString());
    }

    private static AwsFinding.Evidence one(
            Who who,
            @Nullable String operation,
            @Nullable String service,
            @Nullable String sourceAddress,
            @Nullable String hostname,
            JsonNode data) {
        return new AwsFinding.Evidence(
                who.userName(),
                who.userId(),
                who.userType(),
                who.accessKeyId(),
                operation,
                service,
                sourceAddress,
                null,
                null,
                null,
                hostname,
                data.toString());
    }

    private static @Nullable String address(JsonNode details) {
        String v4 = text(details, "ipAddressV4");
        return v4 != null ? v4 : text(details, "ipAddressV6");
    }

    private static @Nullable Integer port(JsonNode details) {
        Long port = LogColumns.whole(text(details, "port"), MAX_PORT);
        return port == null ? null : port.intValue();
    }
}
