package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.util.List;

/**
 * Query logs of public hosted zones (document "Public DNS query logging", section "Values that
 * appear in DNS query logs"). They go to CloudWatch Logs in the Region us-east-1 alone. Columns are
 * named after the values there.
 *
 * <p>Identity: none is written; the id of the log event in CloudWatch Logs identifies the query.
 */
final class HostedZoneQueryFormat implements LineFormat {
    static final HostedZoneQueryFormat INSTANCE = new HostedZoneQueryFormat();

    private static final List<String> NAMES =
            List.of(
                    "version",
                    "query_timestamp",
                    "hosted_zone_id",
                    "query_name",
                    "query_type",
                    "response_code",
                    "protocol",
                    "edge_location",
                    "resolver_ip",
                    "edns_client_subnet");
    private static final int MIN_COLUMNS = 9;

    private HostedZoneQueryFormat() {}

    @Override
    public String name() {
        return "route53-zone";
    }

    @Override
    public LogKind kind() {
        return LogKind.DNS_QUERY;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        if (!line.startsWith("1.")) {
            return false;
        }
        String[] columns = line.split(" ", MIN_COLUMNS + 1);
        return columns.length >= MIN_COLUMNS
                && EventTimes.hour(columns[1]) > 0
                && columns[2].startsWith("Z");
    }

    @Override
    public List<String> identity(String line, String format) {
        return List.of("r53z");
    }

    @Override
    public long hour(String line, String format) {
        String[] columns = line.split(" ", 3);
        return columns.length < 3 ? 0 : EventTimes.hour(columns[1]);
    }

    @Override
    public DnsQuery decode(String line, LogEvent event) throws RejectedException {
        List<String> values = LogColumns.split(line, -1, false);
        if (values.size() < MIN_COLUMNS) {
            throw new RejectedException(
                    RejectReason.COLUMN_COUNT,
                    "query log entry of a hosted zone has %d columns, must have at least %d"
                            .formatted(values.size(), MIN_COLUMNS));
        }
        LogColumns columns = LogColumns.of(NAMES, values);
        return new DnsQuery(
                EventTimes.parse("query_timestamp", columns.require("query_timestamp")),
                new DnsQuery.Log(
                        "Public DNS Query Logs",
                        columns.take("version"),
                        Arns.first(event.provenance().account()),
                        Arns.first(event.provenance().region())),
                ResolverQueryFormat.hostname(columns.require("query_name")),
                columns.take("query_type"),
                null,
                columns.take("response_code"),
                List.of(),
                columns.take("resolver_ip"),
                null,
                null,
                null,
                null,
                columns.take("protocol"),
                columns.take("hosted_zone_id"),
                columns.take("edge_location"),
                null,
                columns.all(),
                null,
                columns.left(),
                line);
    }
}
