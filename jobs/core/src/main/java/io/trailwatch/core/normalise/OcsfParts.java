package io.trailwatch.core.normalise;

import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.table.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Structs that several classes share, in the order of their columns in {@link
 * io.trailwatch.table.Tables}.
 */
final class OcsfParts {
    static final String OCSF_VERSION = "1.1.0";

    private static final int OBSERVABLE_IP = 2;
    private static final int OBSERVABLE_USER_NAME = 4;
    private static final int OBSERVABLE_RESOURCE_UID = 10;

    private OcsfParts() {}

    static @Nullable Row account(@Nullable String uid) {
        return uid == null ? null : Row.of(uid);
    }

    static Row cloud(@Nullable String region, @Nullable String account) {
        return Row.of("AWS", region, account(account));
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

    static void addIp(List<Row> observables, String name, @Nullable String ip) {
        if (ip != null) {
            observables.add(Row.of(name, "IP Address", OBSERVABLE_IP, ip));
        }
    }

    static void addUserName(List<Row> observables, String name, @Nullable String user) {
        if (user != null) {
            observables.add(Row.of(name, "User Name", OBSERVABLE_USER_NAME, user));
        }
    }

    static void addResource(List<Row> observables, String name, @Nullable String uid) {
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
