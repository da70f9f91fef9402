package io.trailwatch.connector.iceberg;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.OAuthTokenResponse;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.PropertyAccessor;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.PropertyNamingStrategies;

/**
 * Iceberg's REST catalog on loopback: Iceberg's own handlers for the requests, the JDK's server for
 * HTTP. Every request but that for a token must be authenticated as the server was told.
 */
final class RestCatalogEmulator implements AutoCloseable {
    private static final ObjectMapper JSON = mapper();

    /** Says why a request is not authenticated; null when it is. */
    interface Authentication {
        String refusal(HttpExchange exchange, byte[] body);
    }

    /** {@code grant_type=client_credentials} requests, as they came. */
    final List<String> tokenRequests = new CopyOnWriteArrayList<>();

    /** Method and path of each authenticated request. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    private final JdbcCatalog catalog = new JdbcCatalog();
    private final Authentication authentication;
    private final String givenToken;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);

    /**
     * Starts a server.
     *
     * @param properties of the JDBC catalog behind it, with warehouse and file access
     * @param givenToken what clients get for their credentials
     */
    RestCatalogEmulator(
            Map<String, String> properties, Authentication authentication, String givenToken)
            throws IOException {
        this.authentication = authentication;
        this.givenToken = givenToken;
        catalog.initialize("behind-rest", properties);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    static Authentication none() {
        return (exchange, body) -> null;
    }

    static Authentication bearer(String token) {
        return (exchange, body) ->
                ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        ? null
                        : "not the bearer token that was expected";
    }

    /** AWS "Signature Version 4 signing process": the signature is computed anew and compared. */
    static Authentication sigV4(String service, String region, String secret) {
        return (exchange, body) -> {
            try {
                return sigV4Refusal(exchange, body, service, region, secret);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        executor.shutdownNow();
        catalog.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/v1/oauth/tokens")) {
                tokenRequests.add(new String(body, StandardCharsets.UTF_8));
                send(
                        exchange,
                        200,
                        OAuthTokenResponse.builder()
                                .withToken(givenToken)
                                .withTokenType("bearer")
                                .withIssuedTokenType(
                                        "urn:ietf:params:oauth:token-type:access_token")
                                .build());
                return;
            }
            String refusal = authentication.refusal(exchange, body);
            if (refusal != null) {
                fail(exchange, 401, "NotAuthorizedException", refusal);
                return;
            }
            requests.add(exchange.getRequestMethod() + " " + path);
            try {
                send(exchange, 200, answer(exchange.getRequestMethod(), path, body));
            } catch (NoSuchTableException | NoSuchNamespaceException e) {
                fail(exchange, 404, e.getClass().getSimpleName(), e.getMessage());
            } catch (AlreadyExistsException | CommitFailedException e) {
                fail(exchange, 409, e.getClass().getSimpleName(), e.getMessage());
            } catch (RuntimeException e) {
                fail(exchange, 500, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
            }
        }
    }

    private RESTResponse answer(String method, String path, byte[] body) throws IOException {
        String[] parts = path.substring("/v1/".length()).split("/");
        if (parts[0].equals("config")) {
            return ConfigResponse.builder().build();
        }
        if (parts.length == 1) {
            return method.equals("POST")
                    ? CatalogHandlers.createNamespace(
                            catalog, JSON.readValue(body, CreateNamespaceRequest.class))
                    : CatalogHandlers.listNamespaces(catalog, Namespace.empty());
        }
        Namespace namespace = Namespace.of(parts[1]);
        if (parts.length == 2) {
            return CatalogHandlers.loadNamespace(catalog, namespace);
        }
        if (parts.length == 3) {
            if (method.equals("GET")) {
                return CatalogHandlers.listTables(catalog, namespace);
            }
            CreateTableRequest create = JSON.readValue(body, CreateTableRequest.class);
            return create.stageCreate()
                    ? CatalogHandlers.stageTableCreate(catalog, namespace, create)
                    : CatalogHandlers.createTable(catalog, namespace, create);
        }
        TableIdentifier table = TableIdentifier.of(namespace, parts[3]);
        return method.equals("POST")
                ? CatalogHandlers.updateTable(
                        catalog, table, JSON.readValue(body, UpdateTableRequest.class))
                : CatalogHandlers.loadTable(catalog, table);
    }

    private static void fail(HttpExchange exchange, int status, String type, String message)
            throws IOException {
        send(
                exchange,
                status,
                ErrorResponse.builder()
                        .responseCode(status)
                        .withType(type)
                        .withMessage(message)
                        .build());
    }

    private static void send(HttpExchange exchange, int status, RESTResponse response)
            throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        byte[] body = JSON.writeValueAsBytes(response);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** As Iceberg's own mapper, which it keeps to itself. */
    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setVisibility(PropertyAccessor.FIELD, Visibility.ANY);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
        RESTSerializers.registerAll(mapper);
        return mapper;
    }

    private static String sigV4Refusal(
            HttpExchange exchange, byte[] body, String service, String region, String secret)
            throws GeneralSecurityException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 ")) {
            return "no signature";
        }
        Map<String, String> parts =
                Arrays.stream(authorization.substring("AWS4-HMAC-SHA256 ".length()).split(", *"))
                        .map(part -> part.split("=", 2))
                        .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        String[] credential = parts.get("Credential").split("/");
        String scope = String.join("/", Arrays.asList(credential).subList(1, credential.length));
        if (!scope.endsWith("/" + region + "/" + service + "/aws4_request")) {
            return "signed for " + scope;
        }
        StringBuilder canonical = new StringBuilder();
        canonical.append(exchange.getRequestMethod()).append('\n');
        canonical.append(exchange.getRequestURI().getRawPath()).append('\n');
        String query = exchange.getRequestURI().getRawQuery();
        canonical.append(query == null ? "" : query).append('\n');
        for (String header : parts.get("SignedHeaders").split(";")) {
            canonical
                    .append(header)
                    .append(':')
                    .append(exchange.getRequestHeaders().getFirst(header).strip())
                    .append('\n');
        }
        canonical.append('\n').append(parts.get("SignedHeaders")).append('\n');
        canonical.append(hex(sha256(body)));
        String text =
                String.join(
                        "\n",
                        "AWS4-HMAC-SHA256",
                        exchange.getRequestHeaders().getFirst("X-Amz-Date"),
                        scope,
                        hex(sha256(canonical.toString().getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return hex(hmac(key, text)).equals(parts.get("Signature"))
                ? null
                : "the signature is not that of the request";
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
