package io.trailwatch.connector.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One POST an alert to a webhook. */
final class WebhookClient implements AlertClient {
    private static final int TOO_MANY_REQUESTS = 429;

    /** Client errors that pass: request timeout, too early. */
    private static final Set<Integer> PASSING = Set.of(408, 425);

    /**
     * Statuses that say something of the alert, not of the target: bad, too large, unprocessable.
     */
    private static final Set<Integer> CONTENT = Set.of(400, 413, 422);

    /** Retry-After in seconds (RFC 9110, section 10.2.3); dates are not read. */
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

    private final AlertTarget target;
    private final URI uri;
    private final @Nullable WebhookSignature signature;
    private final Duration callTimeout;
    private final Clock clock;
    private final ExecutorService threads;
    private final HttpClient http;

    /**
     * @param signature null for requests without signature
     */
    WebhookClient(
            AlertTarget target,
            @Nullable WebhookSignature signature,
            Duration callTimeout,
            Clock clock) {
        this.target = target;
        this.uri = URI.create(target.address());
        this.signature = signature;
        this.callTimeout = callTimeout;
        this.clock = clock;
        this.threads = CallThreads.start(target);
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(callTimeout)
                        // A redirect would carry the finding to a place nobody configured.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(threads)
                        .build();
    }

    @Override
    public int maxBatchCount() {
        return 1;
    }

    @Override
    public CompletableFuture<Delivery> send(List<AlertRequest> requests) {
        CompletableFuture<HttpResponse<Void>> answer =
                http.sendAsync(post(requests.get(0)), HttpResponse.BodyHandlers.discarding());
        return answer
                // The time-out of the request ends with the headers; a body may trickle for ever.
                .orTimeout(2 * callTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle(
                        (response, failure) -> {
                            if (failure != null) {
                                answer.cancel(true);
                                return Delivery.failed(
                                        requests, unwrapped(failure).toString(), Duration.ZERO);
                            }
                            return delivery(requests, response);
                        });
    }

    private HttpRequest post(AlertRequest alert) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(callTimeout)
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "trailwatch")
                        .header("Idempotency-Key", alert.findingId())
                        .POST(HttpRequest.BodyPublishers.ofString(alert.body(), UTF_8));
        if (signature != null) {
            request.header(WebhookSignature.HEADER, signature.value(clock.instant(), alert.body()));
        }
        return request.build();
    }

    private Delivery delivery(List<AlertRequest> requests, HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return Delivery.sent(requests.size());
        }
        String reason = "status " + status;
        if (status == TOO_MANY_REQUESTS) {
            return Delivery.throttled(requests, reason, retryAfter(response));
        }
        if (status >= 500 || PASSING.contains(status)) {
            return Delivery.failed(requests, reason, retryAfter(response));
        }
        if (CONTENT.contains(status)) {
            return Delivery.rejected(requests, reason);
        }
        throw new AlertException(
                "%s refuses the alert of finding %s: status %d, expected 2xx"
                        .formatted(target.label(), requests.get(0).findingId(), status));
    }

    private static Duration retryAfter(HttpResponse<Void> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
