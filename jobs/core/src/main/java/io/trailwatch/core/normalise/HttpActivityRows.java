package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.HttpRequest;
import io.trailwatch.core.decode.HttpUrl;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link Tables#HTTP_ACTIVITY}: OCSF HTTP Activity, for WAF as Amazon Security Lake maps
 * it. Logs that tell of connections alone (Network Load Balancers, TCP listeners of Classic Load
 * Balancers) are Network Activity, since HTTP Activity must have a request.
 */
public final class HttpActivityRows {
    private static final int TCP = 6;
    private static final int NETWORK_CLOSE = 2;

    private HttpActivityRows() {}

    /** One row; {@code source} and {@code destination} are what is known of the two addresses. */
    public static Row row(
            LogEvent event,
            HttpRequest http,
            IpContext source,
            IpContext destination,
            OcsfVersion version) {
        HttpRequest.Log log = http.log();
        HttpRequest.Server server = http.server();
        OcsfClass ocsfClass =
                log.connection() ? OcsfClass.NETWORK_ACTIVITY : OcsfClass.HTTP_ACTIVITY;
        // The entry is written when the connection closes.
        Activity activity =
                log.connection()
                        ? new Activity(NETWORK_CLOSE, "Close")
                        : Activity.of(http.method());
        Integer status = statusId(http);
        Instant start = http.start();
        SecurityControl control = SecurityControl.of(http.verdict());

        return Row.of(
                event.key(),
                http.time().toEpochMilli(),
                http.time(),
                ocsfClass.uid(),
                ocsfClass.label(),
                ocsfClass.categoryUid(),
                ocsfClass.categoryName(),
                activity.id(),
                activity.name(),
                ocsfClass.uid() * 100L + activity.id(),
                ocsfClass.label() + ": " + activity.name(),
                1,
                "Informational",
                status,
                status == null ? null : status == 1 ? "Success" : "Failure",
                OcsfParts.metadata(
                        version,
                        event.provenance(),
                        profiles(http),
                        http.requestId(),
                        null,
                        null,
                        OcsfParts.product(log.product(), log.version(), log.feature())),
                OcsfParts.cloud(log.region(), log.account()),
                start == null ? null : start.toEpochMilli(),
                http.errorCode(),
                http.outcome(),
                log.connection() ? null : request(http),
                response(http),
                Row.of(
                        AccessParts.ipOrNull(http.client().address()),
                        http.client().port(),
                        caller(http),
                        location(source, http.client().countryIso()),
                        OcsfParts.autonomousSystem(source)),
                Row.of(
                        AccessParts.ipOrNull(server.address()),
                        server.port(),
                        AccessParts.hostnameOrNull(server.hostname()),
                        server.service(),
                        server.resource(),
                        OcsfParts.location(destination),
                        OcsfParts.autonomousSystem(destination)),
                log.connection() ? Row.of(TCP, "Inbound", 1) : null,
                traffic(http.requestBytes(), http.responseBytes()),
                tls(http.tls()),
                loadBalancer(http.balancing()),
                requester(http.requester()),
                control.action(),
                control.actionId(),
                control.disposition(),
                control.dispositionId(),
                rule(http.verdict()),
                AccessParts.threats(
                        "", http.client().address(), source, server.address(), destination),
                observables(http),
                http.unmapped().isEmpty() ? null : http.unmapped(),
                http.raw());
    }

    /** activity_id and name of HTTP Activity. */
    private record Activity(int id, String name) {
        private static final Map<String, Integer> IDS =
                Map.of(
                        "CONNECT", 1, "DELETE", 2, "GET", 3, "HEAD", 4, "OPTIONS", 5, "POST", 6,
                        "PUT", 7, "TRACE", 8);

        static Activity of(@Nullable String method) {
            if (method == null) {
                return new Activity(0, "Unknown");
            }
            Integer id = IDS.get(method.toUpperCase(Locale.ROOT));
            return id == null
                    ? new Activity(99, "Other")
                    : new Activity(
                            id,
                            method.substring(0, 1).toUpperCase(Locale.ROOT)
                                    + method.substring(1).toLowerCase(Locale.ROOT));
        }
    }

    private static List<String> profiles(HttpRequest http) {
        List<String> profiles = new ArrayList<>(OcsfParts.CLOUD_PROFILES);
        if (http.requester() != null) {
            profiles.add("host");
        }
        if (http.balancing() != null) {
            profiles.add("load_balancer");
        }
        if (http.verdict() != null) {
            profiles.add("security_control");
        }
        return profiles;
    }

    /** Below 400 is success; a request that was never answered is a failure. */
    private static @Nullable Integer statusId(HttpRequest http) {
        Integer code = http.status();
        if (code != null) {
            return code >= 100 && code < 400 ? 1 : 2;
        }
        return http.verdict() == null
                ? null
                : SecurityControl.of(http.verdict()).isDenied() ? 2 : 1;
    }

    /** An endpoint must be something, also where a client's address is none. */
    private static @Nullable String caller(HttpRequest http) {
        return http.callerService() == null && !AccessParts.isAddress(http.client().address())
                ? "Unknown"
                : http.callerService();
    }

    private static Row request(HttpRequest http) {
        HttpUrl url = http.url();
        List<Row> headers = new ArrayList<>(http.headers().size());
        for (HttpRequest.Header header : http.headers()) {
            headers.add(Row.of(header.name(), header.value()));
        }
        List<String> forwarded =
                http.forwardedFor().stream().filter(AccessParts::isAddress).toList();
        return Row.of(
                http.requestId(),
                http.method(),
                http.httpVersion(),
                url.text() == null
                        ? null
                        : Row.of(
                                url.text(),
                                url.scheme(),
                                AccessParts.hostnameOrNull(url.host()),
                                url.port(),
                                url.path(),
                                url.query()),
                http.queryArguments(),
                http.userAgent(),
                http.referrer(),
                forwarded.isEmpty() ? null : forwarded,
                headers.isEmpty() ? null : headers);
    }

    private static @Nullable Row response(HttpRequest http) {
        return http.status() == null
                ? null
                : Row.of(http.status(), http.contentType(), http.latencyMillis());
    }

    private static @Nullable Row location(IpContext context, @Nullable String loggedCountry) {
        Row location = OcsfParts.location(context);
        return location != null || loggedCountry == null ? location : Row.of(loggedCountry, null);
    }

    private static @Nullable Row traffic(@Nullable Long in, @Nullable Long out) {
        if (in == null && out == null) {
            return null;
        }
        long bytes = (in == null ? 0 : in) + (out == null ? 0 : out);
        // Two sizes that are absurdly large could overflow their sum.
        return Row.of(bytes < 0 ? null : bytes, in, out);
    }

    private static @Nullable Row tls(HttpRequest.@Nullable Tls tls) {
        return tls == null
                ? null
                : Row.of(tls.version(), tls.cipher(), tls.serverName(), tls.handshakeMillis());
    }

    private static @Nullable Row loadBalancer(HttpRequest.@Nullable Balancing balancing) {
        if (balancing == null) {
            return null;
        }
        HttpRequest.Peer target = balancing.target();
        List<Row> metrics = new ArrayList<>(balancing.times().size());
        balancing.times().forEach((name, value) -> metrics.add(Row.of(name, value)));
        String ip = AccessParts.ipOrNull(target.address());
        return Row.of(
                balancing.resource(),
                balancing.name(),
                balancing.targetStatus(),
                balancing.classification(),
                balancing.classificationReason(),
                balancing.errorReason(),
                balancing.actions(),
                ip == null && balancing.targetGroup() == null
                        ? null
                        : Row.of(ip, target.port(), balancing.targetGroup()),
                metrics.isEmpty() ? null : metrics);
    }

    private static @Nullable Row requester(@Nullable String requester) {
        if (requester == null) {
            return null;
        }
        String[] arn = requester.split(":", 6);
        return Row.of(
                Row.of(
                        requester,
                        requester.startsWith("arn:") && arn.length == 6 && !arn[4].isEmpty()
                                ? OcsfParts.account(arn[4])
                                : null));
    }

    private static @Nullable Row rule(HttpRequest.@Nullable Verdict verdict) {
        return verdict == null || verdict.ruleId() == null
                ? null
                : Row.of(
                        verdict.ruleId(),
                        verdict.ruleName(),
                        verdict.ruleType(),
                        verdict.condition(),
                        verdict.matchLocation(),
                        verdict.matchDetails().isEmpty() ? null : verdict.matchDetails(),
                        verdict.rateLimit());
    }

    private static @Nullable List<Row> observables(HttpRequest http) {
        List<Row> observables = new ArrayList<>(6);
        OcsfParts.addIp(
                observables, "src_endpoint.ip", AccessParts.ipOrNull(http.client().address()));
        OcsfParts.addIp(
                observables, "dst_endpoint.ip", AccessParts.ipOrNull(http.server().address()));
        if (!http.log().connection()) {
            for (String address : http.forwardedFor()) {
                OcsfParts.addIp(
                        observables, "http_request.x_forwarded_for", AccessParts.ipOrNull(address));
            }
            String host = AccessParts.hostnameOrNull(http.url().host());
            if (AccessParts.isAddress(host)) {
                OcsfParts.addIp(observables, "http_request.url.hostname", host);
            } else {
                OcsfParts.addHostname(observables, "http_request.url.hostname", host);
            }
            AccessParts.addUrl(observables, "http_request.url.url_string", http.url().text());
        }
        OcsfParts.addResource(observables, "dst_endpoint.uid", http.server().resource());
        OcsfParts.addResource(observables, "actor.user.uid", http.requester());
        return observables.isEmpty() ? null : observables;
    }
}
