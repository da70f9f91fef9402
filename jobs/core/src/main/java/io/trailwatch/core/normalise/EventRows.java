package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AwsFinding;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.DnsQuery;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.decode.HttpRequest;
import io.trailwatch.core.decode.KubernetesAudit;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Provenance;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import org.jspecify.annotations.Nullable;

/** Events to rows: the one place that knows which table takes which event. */
public final class EventRows {
    private EventRows() {}

    /** A row beside the table it is for. */
    public record TableRow(TableLayout table, Row row) {}

    /**
     * The row of an event.
     *
     * @param source what is known of the address the event came from
     * @param destination what is known of the address that was spoken to
     * @param version version of OCSF that the row is to follow
     */
    public static TableRow of(
            DecodedEvent decoded, IpContext source, IpContext destination, OcsfVersion version) {
        TableRow made = ofBody(decoded, source, destination, version);
        return new TableRow(made.table(), made.row().with(sourceLog(decoded.event())));
    }

    /** What the event's own text does not say, so that it can be read again. */
    private static Row sourceLog(LogEvent event) {
        Provenance provenance = event.provenance();
        return Row.of(
                event.format(),
                nullIfEmpty(provenance.account()),
                nullIfEmpty(provenance.region()),
                nullIfEmpty(provenance.logGroup()),
                nullIfEmpty(provenance.logStream()));
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    /** All columns but the last. */
    private static TableRow ofBody(
            DecodedEvent decoded, IpContext source, IpContext destination, OcsfVersion version) {
        LogEvent event = decoded.event();
        EventBody body = decoded.body();
        if (body instanceof CloudTrailEvent call) {
            return new TableRow(
                    Tables.CLOUD_TRAIL, CloudTrailRows.row(event, call, source, version));
        }
        if (body instanceof FlowRecord flow) {
            return new TableRow(
                    Tables.VPC_FLOW, VpcFlowRows.row(event, flow, source, destination, version));
        }
        if (body instanceof AppEvent app) {
            return new TableRow(Tables.APP_EVENTS, AppEventRows.row(event, app, source));
        }
        if (body instanceof HttpRequest http) {
            return new TableRow(
                    Tables.HTTP_ACTIVITY,
                    HttpActivityRows.row(event, http, source, destination, version));
        }
        if (body instanceof DnsQuery dns) {
            return new TableRow(
                    Tables.DNS_ACTIVITY, DnsActivityRows.row(event, dns, source, version));
        }
        if (body instanceof KubernetesAudit audit) {
            return new TableRow(Tables.EKS_AUDIT, EksAuditRows.row(event, audit, source, version));
        }
        if (body instanceof AwsFinding finding) {
            return new TableRow(
                    Tables.AWS_FINDINGS,
                    AwsFindingRows.row(event, finding, source, destination, version));
        }
        throw new AssertionError(body);
    }
}
