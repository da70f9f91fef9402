package io.trailwatch.connector.iceberg.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.trailwatch.connector.iceberg.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Glue's Data Catalog on loopback: databases, and tables with version ids, over JSON 1.1. It has
 * what Iceberg's and Trino's Glue catalogs call; any other call is refused as unknown. Any
 * credentials are taken and no signature is looked at.
 *
 * <p>As the service does, it puts names into lower case, refuses an update that names a version
 * other than the current one ({@code ConcurrentModificationException}), and lists in pages.
 */
public final class GlueEmulator implements AutoCloseable {
    /** What the service returns at most in one page. */
    private static final int MAX_PAGE = 100;

    /** Every table is in the catalog of this account. */
    private static final String ACCOUNT = "000000000000";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final NavigableMap<String, Database> databases = new TreeMap<>();
    private final @Nullable Path file;
    private final HttpServer server;
    private final ExecutorService threads;

    private record Database(ObjectNode definition, NavigableMap<String, ObjectNode> tables) {}

    private GlueEmulator(@Nullable Path file, int port) {
        this.file = file;
        AtomicInteger number = new AtomicInteger();
        this.threads =
                Executors.newCachedThreadPool(
                        work -> {
                            Thread thread =
                                    new Thread(work, "glue-emulator-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
        if (file != null && Files.exists(file)) {
            load(file);
        }
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new LakeException("cannot start Glue at port " + port, e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Starts a catalog that forgets all when it is closed.
     *
     * @param port 0 takes a free one
     * @throws LakeException if the port is taken
     */
    public static GlueEmulator inMemory(int port) {
        return new GlueEmulator(null, port);
    }

    /**
     * Starts a catalog that is kept in a file, which is replaced with every change.
     *
     * @param file JSON; made with the first change if it is absent
     * @param port 0 takes a free one
     * @throws LakeException if the file is not such a catalog, or the port is taken
     */
    public static GlueEmulator inFile(Path file, int port) {
        return new GlueEmulator(file, port);
    }

    /** Endpoint for clients, such as {@code http://127.0.0.1:45678}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String operation = target == null ? "" : target.substring(target.indexOf('.') + 1);
            try {
                send(exchange, 200, JSON.writeValueAsBytes(answer(operation, JSON.readTree(body))));
            } catch (JsonProcessingException e) {
                refuse(exchange, new Refusal("SerializationException", "the body is no JSON"));
            } catch (Refusal e) {
                refuse(exchange, e);
            }
        }
    }

    private synchronized ObjectNode answer(String operation, JsonNode request) {
        ObjectNode answer = JSON.createObjectNode();
        switch (operation) {
            case "CreateDatabase" -> createDatabase(request);
            case "GetDatabase" ->
                    answer.set("Database", database(name(request, "Name")).definition());
            case "GetDatabases" ->
                    page(
                            answer,
                            "DatabaseList",
                            request,
                            databases.values().stream().map(Database::definition).toList());
            case "UpdateDatabase" -> updateDatabase(request);
            case "DeleteDatabase" -> {
                database(name(request, "Name"));
                databases.remove(name(request, "Name"));
                save();
            }
            case "CreateTable" -> createTable(request);
            case "GetTable" -> answer.set("Table", table(request, name(request, "Name")));
            case "GetTables" -> page(answer, "TableList", request, tables(request));
            case "UpdateTable" -> updateTable(request);
            case "DeleteTable" -> {
                table(request, name(request, "Name"));
                database(name(request, "DatabaseName")).tables().remove(name(request, "Name"));
                save();
            }
            // Trino asks for them with every catalog; we know no way to make any.
            case "GetUserDefinedFunctions" -> answer.putArray("UserDefinedFunctions");
            default ->
                    throw new Refusal(
                            "UnknownOperationException",
                            "no operation '%s' here".formatted(operation));
        }
        return answer;
    }

    private void createDatabase(JsonNode request) {
        JsonNode input = request.path("DatabaseInput");
        String name = name(input, "Name");
        if (databases.containsKey(name)) {
            throw new Refusal("AlreadyExistsException", "Database already exists.");
        }
        databases.put(name, new Database(definition(input, name), new TreeMap<>()));
        save();
    }

    private void updateDatabase(JsonNode request) {
        String name = name(request, "Name");
        Database before = database(name);
        ObjectNode after = definition(request.path("DatabaseInput"), name);
        after.set("CreateTime", before.definition().get("CreateTime"));
        databases.put(name, new Database(after, before.tables()));
        save();
    }

    private static ObjectNode definition(JsonNode input, String name) {
        ObjectNode definition = input.deepCopy();
        definition.put("Name", name);
        definition.put("CatalogId", ACCOUNT);
        definition.put("CreateTime", now());
        return definition;
    }

    private void createTable(JsonNode request) {
        Database database = database(name(request, "DatabaseName"));
        JsonNode input = request.path("TableInput");
        String name = name(input, "Name");
        if (database.tables().containsKey(name)) {
            throw new Refusal("AlreadyExistsException", "Table already exists.");
        }
        database.tables().put(name, table(request, input, 0, now()));
        save();
    }

    private void updateTable(JsonNode request) {
        JsonNode input = request.path("TableInput");
        String name = name(input, "Name");
        ObjectNode before = table(request, name);
        String version = before.get("VersionId").asText();
        // A writer that names no version overwrites whatever there is, as with the service.
        if (request.hasNonNull("VersionId") && !request.get("VersionId").asText().equals(version)) {
            throw new Refusal(
                    "ConcurrentModificationException",
                    "Update table failed due to concurrent modifications.");
        }
        database(name(request, "DatabaseName"))
                .tables()
                .put(
                        name,
                        table(
                                request,
                                input,
                                Long.parseLong(version) + 1,
                                before.get("CreateTime").asDouble()));
        save();
    }

    private static ObjectNode table(
            JsonNode request, JsonNode input, long version, double createTime) {
        ObjectNode table = input.deepCopy();
        table.put("Name", name(input, "Name"));
        table.put("DatabaseName", name(request, "DatabaseName"));
        table.put("CatalogId", ACCOUNT);
        table.put("VersionId", Long.toString(version));
        table.put("CreateTime", createTime);
        table.put("UpdateTime", now());
        table.put("IsRegisteredWithLakeFormation", false);
        return table;
    }

    private List<ObjectNode> tables(JsonNode request) {
        Database database = database(name(request, "DatabaseName"));
        Pattern expression;
        try {
            expression = Pattern.compile(request.path("Expression").asText(".*"));
        } catch (PatternSyntaxException e) {
            throw new Refusal("InvalidInputException", "Expression: " + e.getDescription());
        }
        return database.tables().values().stream()
                .filter(table -> expression.matcher(table.get("Name").asText()).matches())
                .toList();
    }

    /** The token is the name of the last that the page before held. */
    private static void page(
            ObjectNode answer, String field, JsonNode request, List<ObjectNode> all) {
        int limit = Math.min(request.path("MaxResults").asInt(MAX_PAGE), MAX_PAGE);
        String after = request.path("NextToken").asText("");
        List<ObjectNode> rest =
                all.stream().filter(one -> one.get("Name").asText().compareTo(after) > 0).toList();
        List<ObjectNode> page = rest.subList(0, Math.min(limit, rest.size()));
        answer.putArray(field).addAll(page);
        if (page.size() < rest.size()) {
            answer.put("NextToken", page.get(page.size() - 1).get("Name").asText());
        }
    }

    private Database database(String name) {
        Database database = databases.get(name);
        if (database == null) {
            throw new Refusal("EntityNotFoundException", "Database %s not found.".formatted(name));
        }
        return database;
    }

    private ObjectNode table(JsonNode request, String name) {
        ObjectNode table = database(name(request, "DatabaseName")).tables().get(name);
        if (table == null) {
            throw new Refusal("EntityNotFoundException", "Table %s not found.".formatted(name));
        }
        return table;
    }

    private static String name(JsonNode request, String field) {
        String name = request.path(field).asText("");
        if (name.isEmpty()) {
            throw new Refusal("InvalidInputException", field + " must not be empty");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Times of JSON 1.1: seconds since 1970 with a fraction. */
    private static double now() {
        return Instant.now().toEpochMilli() / 1_000.0;
    }

    private void load(Path file) {
        try {
            JsonNode root = JSON.readTree(file.toFile());
            for (Map.Entry<String, JsonNode> entry : root.path("databases").properties()) {
                NavigableMap<String, ObjectNode> tables = new TreeMap<>();
                entry.getValue()
                        .path("tables")
                        .properties()
                        .forEach(table -> tables.put(table.getKey(), table.getValue().deepCopy()));
                databases.put(
                        entry.getKey(),
                        new Database(entry.getValue().path("definition").deepCopy(), tables));
            }
        } catch (IOException e) {
            throw new LakeException("cannot read the catalog in " + file, e);
        }
    }

    /** Replaces the file in one step: a crash leaves the catalog before or after the change. */
    private void save() {
        if (file == null) {
            return;
        }
        ObjectNode root = JSON.createObjectNode();
        ObjectNode all = root.putObject("databases");
        databases.forEach(
                (name, database) -> {
                    ObjectNode one = all.putObject(name);
                    one.set("definition", database.definition());
                    one.putObject("tables").setAll(database.tables());
                });
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(written, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
            Files.move(
                    written,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the catalog to " + file, e);
        }
    }

    private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        body.put("__type", refusal.type);
        body.put("Message", refusal.getMessage());
        exchange.getResponseHeaders().set("x-amzn-ErrorType", refusal.type);
        send(exchange, 400, JSON.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** An error of the service, by its name. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String type;

        Refusal(String type, String message) {
            super(message);
            this.type = type;
        }
    }
}
