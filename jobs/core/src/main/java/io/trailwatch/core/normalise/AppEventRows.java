package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;

/** Rows of {@link Tables#APP_EVENTS}. */
public final class AppEventRows {
    private AppEventRows() {}

    /** One row; {@code source} is what is known of the client's address. */
    public static Row row(LogEvent event, AppEvent app, IpContext source) {
        return Row.of(
                event.key(),
                app.time().toEpochMilli(),
                app.time(),
                app.eventId(),
                app.type(),
                app.user(),
                app.session(),
                app.sourceAddress(),
                OcsfParts.location(source),
                OcsfParts.autonomousSystem(source),
                app.userAgent(),
                app.outcome(),
                app.attributes().isEmpty() ? null : app.attributes(),
                app.schemaName(),
                app.schemaVersionId(),
                OcsfParts.threats("source_ip", app.sourceAddress(), source),
                app.raw());
    }
}
