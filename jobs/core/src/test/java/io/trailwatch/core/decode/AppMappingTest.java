package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AppMappingTest {
    private static final Path API_GATEWAY =
            Path.of("").toAbsolutePath().resolve("../../deploy/app-mappings/api-gateway.yaml");

    private static final String SHOP =
            """
            mappings:
              - name: shop
                match:
                  fields: [order, at]
                  values: {kind: checkout}
                event:
                  event_id: order.id
                  time: {path: at, format: epoch-millis}
                  type: {literal: shop.checkout}
                  user: customer
                  session: cookie
                  source_ip: client.ip
                  user_agent: client.agent
                  outcome: {path: status, success_below: 400, values: {aborted: failure}}
            """;

    private static final String CHECKOUT =
            """
            {"kind":"checkout","at":1795161600123,"order":{"id":"o-1","total":12},"customer":"ada","cookie":"c-1",
             "client":{"ip":"198.51.100.7","agent":"shop/1"},"status":%s}
            """;

    @Test
    void fieldsBecomeColumnsAndTheRestAttributes() {
        LogEvent event = only(SHOP, CHECKOUT.formatted("201"));
        AppEvent checkout = decoded(SHOP, event);

        assertThat(event.key()).isEqualTo("map/shop/o-1");
        assertThat(event.eventHour()).isEqualTo(1_795_161_600L / 3_600);
        assertThat(checkout)
                .isEqualTo(
                        new AppEvent(
                                "mapping:shop",
                                "o-1",
                                Instant.parse("2026-11-20T08:00:00.123Z"),
                                "shop.checkout",
                                "ada",
                                "c-1",
                                "198.51.100.7",
                                "shop/1",
                                "success",
                                Map.of(
                                        "kind",
                                        "checkout",
                                        "order",
                                        "{\"id\":\"o-1\",\"total\":12}",
                                        "client",
                                        "{\"ip\":\"198.51.100.7\",\"agent\":\"shop/1\"}",
                                        "status",
                                        "201"),
                                CHECKOUT.formatted("201").strip()));
    }

    @ParameterizedTest
    @CsvSource({
        "399, success",
        "400, failure",
        "\"204\", success",
        "\"aborted\", failure",
        "\"unknown\",",
        "null,",
        "[200],"
    })
    void theOutcomeIsToldByValueOrByStatus(String status, String outcome) {
        assertThat(decoded(SHOP, only(SHOP, CHECKOUT.formatted(status))).outcome())
                .isEqualTo(outcome);
    }

    @Test
    void objectsThatDoNotMatchInFullAreNotMeant() {
        assertThat(unwrap(SHOP, CHECKOUT.formatted("1").replace("checkout", "refund")).events)
                .isEmpty();
        assertThat(unwrap(SHOP, CHECKOUT.formatted("1").replace("\"at\"", "\"then\"")).events)
                .isEmpty();
    }

    @Test
    void aMappingGoesBeforeWhatIsKnown() {
        String own =
                "{\"event_id\":\"e-1\",\"time\":\"2026-11-20T08:00:00Z\",\"type\":\"a.b\","
                        + "\"kind\":\"legacy\",\"uid\":\"ada\"}";
        String mapping =
                """
                mappings:
                  - name: legacy
                    match: {values: {kind: legacy}}
                    event: {time: time, type: type, user: uid}
                """;

        assertThat(decoded(mapping, only(mapping, own)).user()).isEqualTo("ada");
        assertThat(only(mapping, own.replace("legacy", "new")).format()).isEqualTo("json");
    }

    @Test
    void aLogGroupAloneCanBeMeant() {
        String mapping =
                """
                mappings:
                  - name: shop
                    match: {log_group: /shop/}
                    event: {type: what}
                """;
        String envelope =
                "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\",\"logGroup\":\"%s\","
                    + "\"logStream\":\"s\",\"logEvents\":[{\"id\":\"36\","
                    + "\"timestamp\":1795161600123,\"message\":\"{\\\"what\\\":\\\"tick\\\"}\"}]}";

        LogEvent event = only(mapping, envelope.formatted("/shop/web"));
        AppEvent tick = decoded(mapping, event);

        assertThat(event.key()).isEqualTo("map/cw/36");
        assertThat(tick.type()).isEqualTo("tick");
        assertThat(tick.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(tick.attributes()).containsEntry("aws_log_group", "/shop/web");
        assertThat(unwrap(mapping, envelope.formatted("/other")).events).isEmpty();
    }

    @Test
    void aFieldNamedLikeThePathGoesBeforeStepsIntoObjects() {
        String flat =
                "{\"kind\":\"checkout\",\"at\":1,\"order\":{\"id\":\"no\"},\"order.id\":\"yes\"}";

        assertThat(only(SHOP, flat).key()).isEqualTo("map/shop/yes");
        assertThat(decoded(SHOP, only(SHOP, flat)).eventId()).isEqualTo("yes");
    }

    @ParameterizedTest
    @CsvSource({
        "iso-8601, 2026-11-20T10:00:00+02:00",
        "epoch-seconds, 1795161600",
        "epoch-millis, 1795161600000",
        "epoch-micros, 1795161600000000",
        "clf, 20/Nov/2026:09:00:00 +0100"
    })
    void aTimeIsReadInTheFormatThatIsNamed(String format, String written) {
        String mapping = SHOP.replace("epoch-millis", format);
        String json = CHECKOUT.formatted("1").replace("1795161600123", '"' + written + '"');
        LogEvent event = only(mapping, json);

        assertThat(decoded(mapping, event).time()).isEqualTo(Instant.parse("2026-11-20T08:00:00Z"));
        assertThat(event.eventHour()).isEqualTo(1_795_161_600L / 3_600);
    }

    @Test
    void aTimeThatIsMissingOrOfAnotherFormatIsNamed() {
        assertThat(rejection(SHOP, CHECKOUT.formatted("1").replace("1795161600123", "\"now\"")))
                .startsWith("INVALID_FIELD: at is 'now', must be milliseconds since 1970");
        assertThat(rejection(SHOP, CHECKOUT.formatted("1").replace("1795161600123", "null")))
                .isEqualTo("MISSING_FIELD: at is missing");
    }

    static List<List<String>> refusals() {
        return List.of(
                List.of("type: {literal: shop.checkout}", "", "event.type is missing"),
                List.of("name: shop", "name: My Shop", "name is 'My Shop', must be up to 64"),
                List.of("user: customer", "usr: customer", "event.usr is 'unknown', must be one"),
                List.of("user: customer", "user: a..b", "event.user is 'a..b', must be names"),
                List.of(
                        "epoch-millis",
                        "epoch",
                        "mapping 'shop': event.time.format is 'epoch', must be one of iso-8601,"
                                + " epoch-seconds, epoch-millis, epoch-micros, clf"),
                List.of(
                        "success_below: 400",
                        "success_below: no",
                        "event.outcome.success_below is 'no', must be a whole number from 1"),
                List.of(
                        "{aborted: failure}",
                        "{aborted: bad}",
                        "event.outcome.values.aborted is 'bad', must be success or failure"),
                List.of(
                        "event_id: order.id",
                        "event_id: {literal: x}",
                        "event.event_id is 'x', must be a path"),
                List.of("fields: [order, at]", "fields: order", "match.fields is 'order'"),
                List.of("mappings:", "mapping:", "shop.yaml: mapping is 'unknown'"),
                List.of("    match:", "\tmatch:", "shop.yaml is no YAML read here"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aMappingThatCannotBeUsedIsRefusedByName(List<String> change) {
        String text = SHOP.replace(change.get(0), change.get(1));

        assertThat(text).isNotEqualTo(SHOP);
        assertThatThrownBy(() -> AppMappings.parse("shop.yaml", text))
                .isInstanceOf(AppMappingException.class)
                .hasMessageStartingWith("shop.yaml")
                .hasMessageContaining(change.get(2));
    }

    @Test
    void twoMappingsOfOneNameAreRefused() {
        assertThatThrownBy(
                        () -> AppMappings.parse("f", SHOP + SHOP.substring("mappings:\n".length())))
                .hasMessage(
                        "f: mapping 'shop': name is 'shop', must be the name of no other mapping");
    }

    @Test
    void aMatchThatMeansEverythingIsRefused() {
        assertThatThrownBy(
                        () ->
                                AppMappings.parse(
                                        "f", "mappings: [{name: a, match: {}, event: {type: t}}]"))
                .hasMessageContaining("match is 'empty', must be at least one of fields");
    }

    @Test
    void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> AppMappings.read(folder.resolve("none.yaml")))
                .isInstanceOf(AppMappingException.class)
                .hasMessageContaining("none.yaml cannot be read");
    }

    @Test
    void theShippedFileReadsTheTemplatesOfItsReadme() throws IOException {
        String mappings = Files.readString(API_GATEWAY);
        String rest =
                """
                {"requestId":"r-1","extendedRequestId":"x-1=","ip":"198.51.100.7","caller":"-","user":"-","userAgent":"curl/8",
                 "requestTime":"20/Nov/2026:08:00:00 +0000","httpMethod":"DELETE","resourcePath":"/orders/{id}","status":"403",
                 "protocol":"HTTP/1.1","responseLength":"23"}
                """;
        String http =
                """
                {"requestId":"h-1","ip":"198.51.100.7","user":"sub-1","userAgent":"curl/8","requestTime":"20/Nov/2026:08:00:00 +0000",
                 "httpMethod":"GET","routeKey":"GET /orders","status":"200","protocol":"HTTP/1.1","responseLength":"23"}
                """;

        AppEvent denied = decoded(mappings, only(mappings, rest));
        assertThat(denied.schemaName()).isEqualTo("mapping:api-gateway-rest");
        assertThat(denied.eventId()).isEqualTo("x-1=");
        assertThat(denied.type()).isEqualTo("api.request");
        assertThat(denied.user()).isNull();
        assertThat(denied.outcome()).isEqualTo("failure");
        assertThat(denied.attributes())
                .containsEntry("httpMethod", "DELETE")
                .containsEntry("status", "403")
                .containsEntry("requestId", "r-1");

        AppEvent listed = decoded(mappings, only(mappings, http));
        assertThat(listed.schemaName()).isEqualTo("mapping:api-gateway-http");
        assertThat(listed.user()).isEqualTo("sub-1");
        assertThat(listed.outcome()).isEqualTo("success");

        String console = rest.replace("\"extendedRequestId\":\"x-1=\",", "");
        LogEvent repeated = only(mappings, console);
        assertThat(repeated.format()).isEqualTo("mapping:api-gateway-rest-console");
        assertThat(repeated.key())
                .as("an id that the client chose is no identity")
                .startsWith("map/h/");
    }

    @Test
    void readsAPublicStreamOfEditsByAMapping() throws IOException {
        Path folder =
                Path.of(System.getProperty("trailwatch.shared.data", "absent"))
                        .resolve("appevents-wikipedia-2015");
        assumeThat(folder).as("public events").isDirectory();
        String mapping =
                """
                mappings:
                  - name: wiki-edit
                    match: {fields: [time, channel, page, user, isAnonymous]}
                    event:
                      time: time
                      type: {literal: wiki.edit}
                      user: user
                """;
        Unwrapped pieces =
                Unwrapped.of(
                        Files.readAllBytes(folder.resolve("wikiticker-2015-09-12-h00-11.jsonl.gz")),
                        settings(mapping));

        assertThat(pieces.rejections).isEmpty();
        assertThat(pieces.events).hasSize(16_467);
        List<AppEvent> edits = new ArrayList<>();
        pieces.events.forEach(event -> edits.add(decoded(mapping, event)));
        assertThat(new HashSet<>(edits.stream().map(AppEvent::user).toList())).hasSize(4_854);
        assertThat(edits)
                .filteredOn(edit -> "true".equals(edit.attributes().get("isRobot")))
                .hasSize(7_579);
        assertThat(edits.get(0).time()).isEqualTo(Instant.parse("2015-09-12T00:49:12.942Z"));
    }

    private static UnwrapSettings settings(String mappings) {
        return new UnwrapSettings(SourceHint.AUTO, null, DecodeLimits.DEFAULT)
                .withMappings(AppMappings.parse("test.yaml", mappings));
    }

    private static Unwrapped unwrap(String mappings, String json) {
        return Unwrapped.of(Unwrapped.bytes(json), settings(mappings));
    }

    private static LogEvent only(String mappings, String json) {
        Unwrapped pieces = unwrap(mappings, json);
        assertThat(pieces.rejections).isEmpty();
        assertThat(pieces.events).hasSize(1);
        return pieces.events.get(0);
    }

    private static AppEvent decoded(String mappings, LogEvent event) {
        Decoded<DecodedEvent> decoded = decode(mappings, event);
        assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
        return (AppEvent) ((Decoded.Accepted<DecodedEvent>) decoded).value().body();
    }

    private static String rejection(String mappings, String json) {
        Decoded<DecodedEvent> decoded = decode(mappings, only(mappings, json));
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        Decoded.Rejected<DecodedEvent> rejected = (Decoded.Rejected<DecodedEvent>) decoded;
        return rejected.reason() + ": " + rejected.detail();
    }

    private static Decoded<DecodedEvent> decode(String mappings, LogEvent event) {
        return new Decoder(settings(mappings).formats(), DecodeLimits.DEFAULT).decode(event);
    }
}
