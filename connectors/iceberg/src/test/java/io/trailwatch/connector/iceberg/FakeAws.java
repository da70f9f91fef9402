package io.trailwatch.connector.iceberg;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * As much of the Glue Data Catalog and of S3 as Iceberg asks for, on loopback: databases and tables
 * with version ids over JSON 1.1; whole objects and ranges of them, path style, no multipart.
 */
final class FakeAws implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> databases = new TreeMap<>();
    private final Map<String, ObjectNode> tables = new TreeMap<>();
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);

    FakeAws() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            if (target != null) {
                glue(exchange, target.substring(target.indexOf('.') + 1));
            } else {
                s3(exchange);
            }
        }
    }

    private synchronized void glue(HttpExchange exchange, String operation) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
        ObjectNode answer = JSON.createObjectNode();
        String name =
                request.path("DatabaseName").asText()
                        + "/"
                        + request.path("TableInput")
                                .path("Name")
                                .asText(request.path("Name").asText());
        switch (operation) {
            case "GetDatabase" -> {
                ObjectNode database = databases.get(request.path("Name").asText());
                if (database == null) {
                    fail(exchange, "EntityNotFoundException");
                    return;
                }
                answer.set("Database", database);
            }
            case "CreateDatabase" ->
                    databases.put(
                            request.path("DatabaseInput").path("Name").asText(),
                            (ObjectNode) request.get("DatabaseInput"));
            case "GetTable" -> {
                ObjectNode table = tables.get(name);
                if (table == null) {
                    fail(exchange, "EntityNotFoundException");
                    return;
                }
                answer.set("Table", table);
            }
            case "GetTables" -> answer.putArray("TableList").addAll(tables.values());
            case "CreateTable", "UpdateTable" -> {
                ObjectNode before = tables.get(name);
                long version = before == null ? -1 : before.get("VersionId").asLong();
                if (before != null && operation.equals("CreateTable")) {
                    fail(exchange, "AlreadyExistsException");
                    return;
                }
                if (before != null && request.path("VersionId").asLong() != version) {
                    fail(exchange, "ConcurrentModificationException");
                    return;
                }
                ObjectNode table = request.get("TableInput").deepCopy();
                table.put("DatabaseName", request.path("DatabaseName").asText());
                table.put("VersionId", Long.toString(version + 1));
                tables.put(name, table);
            }
            default -> {
                fail(exchange, "InvalidInputException");
                return;
            }
        }
        send(exchange, 200, JSON.writeValueAsBytes(answer));
    }

    private static void fail(HttpExchange exchange, String type) throws IOException {
        String body = "{\"__type\":\"%s\",\"Message\":\"by the fake\"}".formatted(type);
        send(exchange, 400, body.getBytes(StandardCharsets.UTF_8));
    }

    private void s3(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("PUT")) {
            boolean chunked =
                    exchange.getRequestHeaders().containsKey("x-amz-decoded-content-length");
            objects.put(key, chunked ? joinChunks(body) : body);
            exchange.getResponseHeaders().set("ETag", "\"fake\"");
            send(exchange, 200, new byte[0]);
            return;
        }
        if (exchange.getRequestMethod().equals("DELETE")) {
            objects.remove(key);
            send(exchange, 204, new byte[0]);
            return;
        }
        byte[] object = objects.get(key);
        if (object == null) {
            send(
                    exchange,
                    404,
                    "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + object.length);
            exchange.sendResponseHeaders(200, -1);
        } else {
            String range = exchange.getRequestHeaders().getFirst("Range");
            send(exchange, range == null ? 200 : 206, slice(object, range));
        }
    }

    private static byte[] slice(byte[] object, String range) {
        if (range == null) {
            return object;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from =
                ends[0].isEmpty()
                        ? object.length - Integer.parseInt(ends[1])
                        : Integer.parseInt(ends[0]);
        int to =
                ends[0].isEmpty() || ends[1].isEmpty()
                        ? object.length
                        : Integer.parseInt(ends[1]) + 1;
        return Arrays.copyOfRange(object, from, Math.min(to, object.length));
    }

    /** The body of an {@code aws-chunked} upload: {@code hex;signature CRLF data CRLF ...}. */
    private static byte[] joinChunks(byte[] body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        while (true) {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                line.append((char) c);
            }
            int length = Integer.parseInt(line.toString().trim().split(";", -1)[0], 16);
            if (length == 0) {
                return joined.toByteArray();
            }
            joined.write(in.readNBytes(length));
            in.skipNBytes(2);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
