package io.trailwatch.connector.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server on loopback that answers by a script, and then always in one way. */
final class LoopbackServer implements AutoCloseable {
    /** What came. Names of headers are in lower case. */
    record Call(String path, Map<String, String> headers, String body) {}

    record Answer(int status, Map<String, String> headers, String body) {
        static Answer of(int status) {
            return new Answer(status, Map.of(), "");
        }

        static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body);
        }
    }

    final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Queue<Function<Call, Answer>> script = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Function<Call, Answer> otherwise;

    LoopbackServer(Function<Call, Answer> otherwise) throws IOException {
        this.otherwise = otherwise;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next answer that is not scripted yet. */
    LoopbackServer then(Function<Call, Answer> answer) {
        script.add(answer);
        return this;
    }

    LoopbackServer then(Answer answer) {
        return then(call -> answer);
    }

    /** Never answers. */
    LoopbackServer thenHang() {
        return then(
                call -> {
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Answer.of(500);
                });
    }

    void otherwise(Function<Call, Answer> answer) {
        otherwise = answer;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) ->
                                    headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            Call call =
                    new Call(
                            exchange.getRequestURI().toString(),
                            headers,
                            new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            calls.add(call);
            Function<Call, Answer> scripted = script.poll();
            Answer answer = (scripted == null ? otherwise : scripted).apply(call);
            byte[] body = answer.body().getBytes(UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
