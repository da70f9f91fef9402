package io.trailwatch.core.normalise;

import io.trailwatch.core.enrich.IpAddress;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.table.Row;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rows of flow records, access logs, DNS, audit logs and findings share. */
final class AccessParts {
    private static final int OBSERVABLE_URL = 6;

    /** Names in use have underscores too. */
    private static final Pattern HOSTNAME =
            Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?");

    private AccessParts() {}

    static boolean isAddress(@Nullable String text) {
        return text != null && IpAddress.parse(text).isPresent();
    }

    /** Columns of addresses hold nothing else: clients can write what they like into some logs. */
    static @Nullable String ipOrNull(@Nullable String text) {
        return isAddress(text) ? text : null;
    }

    /** A name that a client wrote, if it can be one; null otherwise. */
    static @Nullable String hostnameOrNull(@Nullable String text) {
        return text != null && HOSTNAME.matcher(text).matches() ? text : null;
    }

    static void addUrl(List<Row> observables, String name, @Nullable String url) {
        if (url != null) {
            observables.add(Row.of(name, "URL String", OBSERVABLE_URL, url));
        }
    }

    /**
     * The threat lists that name either address; null when none does.
     *
     * @param prefix path of what holds the two endpoints, with its dot; empty at the top
     */
    static @Nullable List<Row> threats(
            String prefix,
            @Nullable String sourceAddress,
            IpContext source,
            @Nullable String destinationAddress,
            IpContext destination) {
        List<Row> ofSource = OcsfParts.threats(prefix + "src_endpoint.ip", sourceAddress, source);
        List<Row> ofDestination =
                OcsfParts.threats(prefix + "dst_endpoint.ip", destinationAddress, destination);
        if (ofSource == null || ofDestination == null) {
            return ofSource == null ? ofDestination : ofSource;
        }
        return Stream.concat(ofSource.stream(), ofDestination.stream()).toList();
    }
}
