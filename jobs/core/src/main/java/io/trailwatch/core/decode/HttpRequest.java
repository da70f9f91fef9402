package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that an access log tells. What the log does not have, or leaves as {@code -}, is
 * null.
 *
 * @param time when the request was answered, or where the log only tells the start, received
 * @param start when it was received, where the log tells both
 * @param log what wrote the log
 * @param requestId id the source gave the request
 * @param client who asked
 * @param server what was asked, as the client sees it
 * @param callerService AWS service that called instead of a client
 * @param requester canonical id or ARN of an authenticated caller
 * @param method HTTP method as written
 * @param forwardedFor addresses of X-Forwarded-For, as the client and its proxies say
 * @param headers request headers, as far as logged
 * @param requestBytes bytes from the client
 * @param responseBytes bytes to the client
 * @param errorCode code of the failure in the words of the source
 * @param outcome outcome in the words of the source, such as {@code Hit}
 * @param tls TLS towards the client; null without
 * @param balancing what a load balancer did; null where there is none
 * @param verdict what a security control decided; null where there is none
 * @param columns the line by column names; empty when the log is JSON
 * @param json the whole record; null when the log is text
 * @param unmapped what the other components do not tell, by the names of the log
 * @param raw the record as written
 */
public record HttpRequest(
        Instant time,
        @Nullable Instant start,
        Log log,
        @Nullable String requestId,
        Peer client,
        Server server,
        @Nullable String callerService,
        @Nullable String requester,
        @Nullable String method,
        HttpUrl url,
        @Nullable String httpVersion,
        @Nullable String queryArguments,
        @Nullable String userAgent,
        @Nullable String referrer,
        List<String> forwardedFor,
        List<Header> headers,
        @Nullable Integer status,
        @Nullable String contentType,
        @Nullable Integer latencyMillis,
        @Nullable Long requestBytes,
        @Nullable Long responseBytes,
        @Nullable String errorCode,
        @Nullable String outcome,
        @Nullable Tls tls,
        @Nullable Balancing balancing,
        @Nullable Verdict verdict,
        Map<String, String> columns,
        @Nullable ObjectNode json,
        Map<String, String> unmapped,
        String raw)
        implements EventBody {

    /**
     * The log.
     *
     * @param product such as {@code Amazon S3}
     * @param feature such as {@code Server Access Logs}
     * @param version version of the record format
     * @param connection whether it tells of connections and not of HTTP requests
     */
    public record Log(
            String product,
            String feature,
            @Nullable String version,
            @Nullable String account,
            @Nullable String region,
            boolean connection) {}

    /** One side of a connection. */
    public record Peer(
            @Nullable String address, @Nullable Integer port, @Nullable String countryIso) {
        static final Peer UNKNOWN = new Peer(null, null, null);
    }

    /**
     * What the client spoke to.
     *
     * @param service such as {@code s3.amazonaws.com}
     * @param resource its id: of a load balancer, distribution, bucket or protected resource
     */
    public record Server(
            @Nullable String address,
            @Nullable Integer port,
            @Nullable String hostname,
            String service,
            @Nullable String resource) {}

    /** A request header. */
    public record Header(String name, String value) {}

    /** TLS of the client's connection; the version is known. */
    public record Tls(
            String version,
            @Nullable String cipher,
            @Nullable String serverName,
            @Nullable Integer handshakeMillis) {}

    /**
     * What a load balancer did.
     *
     * @param times processing times by the names of the log, in seconds as written
     */
    public record Balancing(
            @Nullable String resource,
            @Nullable String name,
            @Nullable Integer targetStatus,
            @Nullable String classification,
            @Nullable String classificationReason,
            @Nullable String errorReason,
            @Nullable String actions,
            Peer target,
            @Nullable String targetGroup,
            Map<String, String> times) {}

    /**
     * What a web application firewall decided.
     *
     * @param action as AWS WAF writes it, such as {@code BLOCK}
     */
    public record Verdict(
            String action,
            @Nullable String ruleId,
            @Nullable String ruleName,
            @Nullable String ruleType,
            @Nullable String condition,
            @Nullable String matchLocation,
            List<String> matchDetails,
            @Nullable Integer rateLimit) {}

    @Override
    public @Nullable String sourceAddress() {
        return client.address();
    }

    @Override
    public @Nullable String destinationAddress() {
        return server.address();
    }
}
