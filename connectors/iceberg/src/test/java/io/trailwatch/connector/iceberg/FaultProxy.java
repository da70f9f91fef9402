package io.trailwatch.connector.iceberg;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands before an HTTP service on loopback and hands requests on, except where a rule of the test
 * says that something goes wrong. The first rule that is not used up decides.
 */
final class FaultProxy implements AutoCloseable {
    /** Headers of one connection only, or that the client sets itself. */
    private static final Set<String> NOT_HANDED_ON =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "transfer-encoding",
                    "upgrade");

    private final URI service;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final int port;
    private @Nullable HttpServer server;

    /**
     * What a client asks.
     *
     * @param operation of the JSON protocol, such as {@code UpdateTable}; empty for S3
     */
    record Request(String method, String path, String operation, byte[] body) {}

    record Answer(int status, Map<String, List<String>> headers, byte[] body) {
        static Answer s3Error(int status, String code) {
            return new Answer(
                    status,
                    Map.of("Content-Type", List.of("application/xml")),
                    "<Error><Code>%s</Code><Message>by the test</Message></Error>"
                            .formatted(code)
                            .getBytes(StandardCharsets.UTF_8));
        }

        static Answer glueError(int status, String type) {
            return new Answer(
                    status,
                    Map.of(
                            "Content-Type",
                            List.of("application/x-amz-json-1.1"),
                            "x-amzn-ErrorType",
                            List.of(type)),
                    "{\"__type\":\"%s\",\"Message\":\"by the test\"}"
                            .formatted(type)
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What a rule can do with a request; a request that is not answered loses its connection. */
    interface Exchange {
        Request request();

        /** Has the service do what the request asks. */
        Answer handOn() throws IOException, InterruptedException;

        void answer(Answer answer) throws IOException;
    }

    interface Fault {
        void strike(Exchange exchange) throws Exception;
    }

    /** A fault for some of the requests: the first ones are let through, then some are struck. */
    static final class Rule {
        private final Predicate<Request> requests;
        private final int letThrough;
        private final int times;
        private final Fault fault;
        private final AtomicInteger seen = new AtomicInteger();
        private final AtomicInteger struck = new AtomicInteger();

        private Rule(Predicate<Request> requests, int letThrough, int times, Fault fault) {
            this.requests = requests;
            this.letThrough = letThrough;
            this.times = times;
            this.fault = fault;
        }

        private boolean strikes(Request request) {
            if (!requests.test(request)) {
                return false;
            }
            int number = seen.incrementAndGet();
            return number > letThrough && number <= letThrough + times;
        }

        /** How many requests this rule has struck. */
        int struck() {
            return struck.get();
        }
    }

    FaultProxy(String serviceUrl) throws IOException {
        service = URI.create(serviceUrl);
        port = start(0);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Adds a rule: after {@code letThrough} requests of this kind, the next ones are struck. */
    Rule strike(Predicate<Request> requests, int letThrough, int times, Fault fault) {
        Rule rule = new Rule(requests, letThrough, times, fault);
        rules.add(rule);
        return rule;
    }

    /** From now on connections are refused. */
    synchronized void stopListening() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** Listens again at the same port. */
    synchronized void listenAgain() throws IOException {
        start(port);
    }

    @Override
    public void close() {
        stopListening();
        threads.shutdownNow();
    }

    static Predicate<Request> operation(String name) {
        return request -> request.operation().equals(name);
    }

    static Predicate<Request> put(String pathEnd) {
        return request -> request.method().equals("PUT") && request.path().endsWith(pathEnd);
    }

    static Predicate<Request> get(String pathEnd) {
        return request -> request.method().equals("GET") && request.path().endsWith(pathEnd);
    }

    static Fault answering(Answer answer) {
        return exchange -> exchange.answer(answer);
    }

    /** The service does it, and the client never learns. */
    static Fault losingTheAnswer() {
        return Exchange::handOn;
    }

    static Fault waiting(Duration delay) {
        return exchange -> {
            Answer answer = exchange.handOn();
            new CountDownLatch(1).await(delay.toMillis(), TimeUnit.MILLISECONDS);
            exchange.answer(answer);
        };
    }

    private synchronized int start(int wanted) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            Request request =
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            target == null ? "" : target.substring(target.indexOf('.') + 1),
                            exchange.getRequestBody().readAllBytes());
            Exchange live = new Live(exchange, request);
            for (Rule rule : rules) {
                if (rule.strikes(request)) {
                    rule.struck.incrementAndGet();
                    rule.fault.strike(live);
                    return;
                }
            }
            live.answer(live.handOn());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("a rule of the test failed", e);
        }
    }

    private final class Live implements Exchange {
        private final HttpExchange exchange;
        private final Request request;

        Live(HttpExchange exchange, Request request) {
            this.exchange = exchange;
            this.request = request;
        }

        @Override
        public Request request() {
            return request;
        }

        @Override
        public Answer handOn() throws IOException, InterruptedException {
            HttpRequest.Builder copy =
                    HttpRequest.newBuilder(service.resolve(exchange.getRequestURI().toString()))
                            .method(
                                    exchange.getRequestMethod(),
                                    HttpRequest.BodyPublishers.ofByteArray(request.body()));
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) -> {
                                if (handedOn(name)) {
                                    values.forEach(value -> copy.header(name, value));
                                }
                            });
            HttpResponse<byte[]> answer =
                    client.send(copy.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
        }

        @Override
        public void answer(Answer answer) throws IOException {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            answer.headers()
                    .forEach(
                            (name, values) -> {
                                // The length of what a HEAD tells of is the service's to say.
                                if (handedOn(name)
                                        || (head && name.equalsIgnoreCase("Content-Length"))) {
                                    exchange.getResponseHeaders().put(name, values);
                                }
                            });
            int length = answer.body().length;
            try {
                exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
                if (length > 0) {
                    exchange.getResponseBody().write(answer.body());
                }
            } catch (IOException e) {
                // The client has gone, as when the test killed it.
                throw new UncheckedIOException(e);
            }
        }

        private static boolean handedOn(String header) {
            return !NOT_HANDED_ON.contains(header.toLowerCase(Locale.ROOT));
        }
    }
}
