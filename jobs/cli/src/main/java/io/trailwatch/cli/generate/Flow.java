package io.trailwatch.cli.generate;

import java.time.Instant;

/**
 * What one network interface saw of one direction of a connection in one capture window.
 *
 * @param protocol IANA number; 6 is TCP
 * @param tcpFlags OR over the window: FIN 1, SYN 2, RST 4, ACK 16, and 18 for SYN-ACK
 * @param status {@code OK}, or {@code NODATA} for a window in which nothing passed
 */
record Flow(
        Host host,
        String source,
        String destination,
        int sourcePort,
        int destinationPort,
        int protocol,
        long packets,
        long bytes,
        Instant start,
        Instant end,
        boolean accepted,
        int tcpFlags,
        String status) {
    private static final int TRAFFIC_PATH_SAME_VPC = 1;

    static Flow noData(Host host, Instant start) {
        return new Flow(
                host, "-", "-", 0, 0, 0, 0, 0, start, start.plusSeconds(59), false, 0, "NODATA");
    }

    /** The record as a line in the format of the host's flow log. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (String field : host.flowLog().fields()) {
            line.append(line.isEmpty() ? "" : " ").append(value(field));
        }
        return line.toString();
    }

    private String value(String field) {
        String always =
                switch (field) {
                    case "version" -> Integer.toString(host.flowLog().version());
                    case "account-id" -> Organisation.PROD.id();
                    case "vpc-id" -> Organisation.VPC;
                    case "subnet-id" -> host.subnet();
                    case "instance-id" -> host.instance();
                    case "interface-id" -> host.networkInterface();
                    case "region" -> Organisation.REGION;
                    case "az-id" -> "euw1-az1";
                    case "start" -> Long.toString(start.getEpochSecond());
                    case "end" -> Long.toString(end.getEpochSecond());
                    case "log-status" -> status;
                    default -> "";
                };
        if (!always.isEmpty()) {
            return always;
        }
        return status.equals("NODATA") ? "-" : trafficValue(field);
    }

    private String trafficValue(String field) {
        boolean egress = source.equals(host.address());
        return switch (field) {
            case "type" -> source.contains(":") ? "IPv6" : "IPv4";
            case "srcaddr", "pkt-srcaddr" -> source;
            case "dstaddr", "pkt-dstaddr" -> destination;
            case "srcport" -> Integer.toString(sourcePort);
            case "dstport" -> Integer.toString(destinationPort);
            case "protocol" -> Integer.toString(protocol);
            case "tcp-flags" -> Integer.toString(tcpFlags);
            case "flow-direction" -> egress ? "egress" : "ingress";
            case "traffic-path" -> egress ? Integer.toString(TRAFFIC_PATH_SAME_VPC) : "-";
            case "packets" -> Long.toString(packets);
            case "bytes" -> Long.toString(bytes);
            case "action" -> accepted ? "ACCEPT" : "REJECT";
            default -> throw new IllegalStateException("no value for flow log field " + field);
        };
    }
}
