package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of {@link Tables#VPC_FLOW}: OCSF Network Activity, activity Traffic. */
public final class VpcFlowRows {
    private static final int ACTIVITY_TRAFFIC = 6;

    private static final Set<String> MAPPED =
            Set.of(
                    "version",
                    "account-id",
                    "interface-id",
                    "srcaddr",
                    "dstaddr",
                    "srcport",
                    "dstport",
                    "protocol",
                    "packets",
                    "bytes",
                    "start",
                    "end",
                    "action",
                    "log-status",
                    "vpc-id",
                    "subnet-id",
                    "instance-id",
                    "tcp-flags",
                    "type",
                    "pkt-srcaddr",
                    "pkt-dstaddr",
                    "region",
                    "pkt-src-aws-service",
                    "pkt-dst-aws-service",
                    "flow-direction",
                    "traffic-path",
                    "resource-id");

    private VpcFlowRows() {}

    /** One row; {@code source} and {@code destination} are what is known of the two addresses. */
    public static Row row(
            LogEvent event,
            FlowRecord flow,
            IpContext source,
            IpContext destination,
            OcsfVersion version) {
        Map<String, String> fields = flow.fields();
        OcsfClass ocsfClass = OcsfClass.NETWORK_ACTIVITY;
        String direction = fields.get("flow-direction");
        String path = fields.get("traffic-path");
        boolean ingress = "ingress".equals(direction);
        boolean egress = "egress".equals(direction);
        // Records of NODATA and SKIPDATA: the interface stands at both ends of nothing.
        boolean noTraffic = flow.srcAddr() == null && flow.dstAddr() == null;
        boolean rejected = "REJECT".equals(flow.action());

        List<Row> observables = new ArrayList<>(2);
        OcsfParts.addIp(observables, "src_endpoint.ip", flow.srcAddr());
        OcsfParts.addIp(observables, "dst_endpoint.ip", flow.dstAddr());

        return Row.of(
                event.key(),
                flow.start().toEpochMilli(),
                flow.start(),
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
                flow.action() == null ? null : rejected ? 2 : 1,
                flow.action() == null ? null : rejected ? "Failure" : "Success",
                OcsfParts.metadata(
                        version,
                        event.provenance(),
                        OcsfParts.SECURITY_CONTROL_PROFILES,
                        null,
                        null,
                        null,
                        OcsfParts.product("Amazon VPC", fields.get("version"), "Flowlogs")),
                OcsfParts.cloud(fields.get("region"), flow.accountId()),
                flow.start().toEpochMilli(),
                flow.end() == null ? null : flow.end().toEpochMilli(),
                endpoint(
                        flow.srcAddr(),
                        flow.srcPort(),
                        egress || noTraffic ? fields : Map.of(),
                        fields.get("pkt-src-aws-service"),
                        fields.get("pkt-srcaddr"),
                        source),
                // Without a direction the logged interface is shown on the receiving side, as
                // Security Lake does.
                endpoint(
                        flow.dstAddr(),
                        flow.dstPort(),
                        egress && !noTraffic ? Map.of() : fields,
                        fields.get("pkt-dst-aws-service"),
                        fields.get("pkt-dstaddr"),
                        destination),
                Row.of(
                        flow.protocol(),
                        fields.get("type"),
                        flow.tcpFlags(),
                        ingress ? "Inbound" : egress ? "Outbound" : "Unknown",
                        ingress ? 1 : egress ? 2 : 0,
                        boundary(path),
                        path == null ? null : boundaryId(path)),
                flow.packets() == null && flow.bytes() == null
                        ? null
                        : Row.of(flow.packets(), flow.bytes()),
                flow.action() == null ? "Unknown" : rejected ? "Denied" : "Allowed",
                flow.action() == null ? 0 : rejected ? 2 : 1,
                flow.logStatus(),
                AccessParts.threats("", flow.srcAddr(), source, flow.dstAddr(), destination),
                observables.isEmpty() ? null : observables,
                unmapped(fields),
                flow.line());
    }

    private static Row endpoint(
            @Nullable String ip,
            @Nullable Integer port,
            Map<String, String> logged,
            @Nullable String service,
            @Nullable String packetAddress,
            IpContext context) {
        String interfaceId = logged.get("interface-id");
        String instanceId = logged.get("instance-id");
        String resourceId = logged.get("resource-id");
        boolean isKnown =
                ip != null || service != null || interfaceId != null || instanceId != null;
        return Row.of(
                ip,
                port,
                interfaceId,
                logged.get("vpc-id"),
                logged.get("subnet-id"),
                instanceId,
                service,
                packetAddress == null || packetAddress.equals(ip) ? null : List.of(packetAddress),
                OcsfParts.location(context),
                OcsfParts.autonomousSystem(context),
                resourceId != null || isKnown ? resourceId : "Unknown");
    }

    /**
     * The boundary that a traffic-path crosses (documents "Flow log records", field traffic-path,
     * and OCSF's dictionary, attribute boundary_id); 99, other, for one not known here.
     */
    private static int boundaryId(String trafficPath) {
        return switch (trafficPath) {
            case "1" -> 4;
            case "2" -> 5;
            case "3" -> 6;
            case "4" -> 7;
            case "5" -> 8;
            case "6" -> 9;
            case "7" -> 10;
            case "8" -> 11;
            default -> 99;
        };
    }

    private static @Nullable String boundary(@Nullable String trafficPath) {
        if (trafficPath == null) {
            return null;
        }
        return switch (trafficPath) {
            case "1" -> "Same VPC";
            case "2" -> "Internet/VPC Gateway";
            case "3" -> "Virtual Private Gateway";
            case "4" -> "Intra-region VPC";
            case "5" -> "Inter-region VPC";
            case "6" -> "Local Gateway";
            case "7" -> "Gateway VPC";
            case "8" -> "Internet Gateway";
            default -> trafficPath;
        };
    }

    private static @Nullable Map<String, String> unmapped(Map<String, String> fields) {
        Map<String, String> unmapped = null;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (!MAPPED.contains(field.getKey())) {
                if (unmapped == null) {
                    unmapped = new LinkedHashMap<>();
                }
                unmapped.put(field.getKey(), field.getValue());
            }
        }
        return unmapped;
    }
}
