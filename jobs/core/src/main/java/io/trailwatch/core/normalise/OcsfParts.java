package io.trailwatch.core.normalise;

import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.Provenance;
import io.trailwatch.table.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Structs that several classes share, in the order of their columns in {@link
 * io.trailwatch.table.Tables}.
 */
public final class OcsfParts {
    /** Profiles of rows that say where in AWS an event was; {@code time_dt} is of the second. */
    public static final List<String> CLOUD_PROFILES = List.of("cloud", "datetime");

    /** The same, of rows that also tell what was allowed and denied. */
    public static final List<String> SECURITY_CONTROL_PROFILES =
            List.of("cloud", "datetime", "security_control");

    private static final int OBSERVABLE_HOSTNAME = 1;
    private static final int OBSERVABLE_IP = 2;
    private static final int OBSERVABLE_USER_NAME = 4;
    private static final int OBSERVABLE_RESOURCE_UID = 10;

    private OcsfParts() {}

    static @Nullable Row account(@Nullable String uid) {
        return uid == null ? null : Row.of(uid);
    }

    public static Row cloud(@Nullable String region, @Nullable String account) {
        return Row.of("AWS", region, account(account));
    }

    /**
     * The struct {@code metadata}.
     *
     * @param uid id that the source gave the event
     * @param product as {@link #product} makes it
     */
    public static Row metadata(
            OcsfVersion version,
            Provenance provenance,
            List<String> profiles,
            @Nullable String uid,
            @Nullable String eventCode,
            @Nullable String correlationUid,
            Row product) {
        boolean fromLogGroup = !provenance.logGroup().isEmpty();
        return Row.of(
                version.label(),
                uid,
                eventCode,
                correlationUid,
                product,
                profiles,
                fromLogGroup ? provenance.logGroup() : null,
                fromLogGroup ? "Amazon CloudWatch Logs" : null);
    }

    /**
     * The struct {@code metadata.product} of a log of AWS.
     *
     * @param version version of the record format
     * @param feature part of the product
     */
    static Row product(String name, @Nullable String version, @Nullable String feature) {
        return Row.of(name, "AWS", version, feature == null ? null : Row.of(feature));
    }

    static @Nullable Row location(IpContext context) {
        return context.countryIso() == null && context.city() == null
                ? null
                : Row.of(context.countryIso(), context.city());
    }

    static @Nullable Row autonomousSystem(IpContext context) {
        return context.asn() == null && context.asOrg() == null
                ? null
                : Row.of(context.asn(), context.asOrg());
    }

    static void addHostname(List<Row> observables, String name, @Nullable String hostname) {
        if (hostname != null) {
            observables.add(Row.of(name, "Hostname", OBSERVABLE_HOSTNAME, hostname));
        }
    }

    public static void addIp(List<Row> observables, String name, @Nullable String ip) {
        if (ip != null) {
            observables.add(Row.of(name, "IP Address", OBSERVABLE_IP, ip));
        }
    }

    public static void addUserName(List<Row> observables, String name, @Nullable String user) {
        if (user != null) {
            observables.add(Row.of(name, "User Name", OBSERVABLE_USER_NAME, user));
        }
    }

    public static void addResource(List<Row> observables, String name, @Nullable String uid) {
        if (uid != null) {
            observables.add(Row.of(name, "Resource UID", OBSERVABLE_RESOURCE_UID, uid));
        }
    }

    /** One enrichment per threat list that names the address; null when there is none. */
    static @Nullable List<Row> threats(String name, @Nullable String address, IpContext context) {
        if (address == null || context.threatLists().isEmpty()) {
            return null;
        }
        List<Row> rows = new ArrayList<>(context.threatLists().size());
        for (String list : context.threatLists()) {
            rows.add(Row.of(name, address, "threat-list", list));
        }
        return rows;
    }
}
