package io.trailwatch.cli.generate;

import java.util.List;

/**
 * The two flow logs of the production VPC, each over other subnets. The field list is fixed when a
 * flow log is made, and the file's first line names it (document "Flow log files").
 */
public enum FlowLog {
    /** Public and application subnets, default format (version 2). */
    DEFAULT_FORMAT(
            "fl-0d5b3c1a7e9f24680",
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes"
                    + " start end action log-status"),

    /** Data subnet, custom format with fields up to version 5, in an order of its own. */
    CUSTOM_FORMAT(
            "fl-0a8e6d4c2b1f35791",
            "version vpc-id subnet-id instance-id interface-id account-id region az-id type srcaddr"
                    + " dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol tcp-flags"
                    + " flow-direction traffic-path packets bytes start end action log-status");

    private final String id;
    private final List<String> fields;

    FlowLog(String id, String fields) {
        this.id = id;
        this.fields = List.of(fields.split(" "));
    }

    public String id() {
        return id;
    }

    /** Field names as AWS writes them, in the order of the columns. */
    public List<String> fields() {
        return fields;
    }

    String header() {
        return String.join(" ", fields);
    }

    int version() {
        return this == DEFAULT_FORMAT ? 2 : 5;
    }
}
