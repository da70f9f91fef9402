package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.text.PlainYaml;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The engine beside {@link NaiveSigma}, on random rules and events of few words, so that much
 * matches and clues are shared, and on real ones.
 */
class DifferentialTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SETS = 24;
    private static final int RULES = 80;
    private static final int EVENTS = 60;
    private static final Instant EXPIRY = Instant.parse("2026-11-20T00:00:00Z");

    private static final List<String> FIELDS =
            List.of(
                    "eventName",
                    "eventName",
                    "eventName",
                    "eventSource",
                    "userAgent",
                    "errorCode",
                    "requestParameters",
                    "requestParameters.name",
                    "requestParameters.tags.key",
                    "requestParameters.tags",
                    "requestParameters.count",
                    "readOnly",
                    "additionalEventData.address",
                    "resources.ARN",
                    "additionalEventData.encoded",
                    "src_country",
                    "src_threat_list",
                    "src_asn");
    private static final List<String> WORDS =
            List.of(
                    "CreateUser",
                    "createUser",
                    "DeleteUser",
                    "GetObject",
                    "iam.amazonaws.com",
                    "s3.amazonaws.com",
                    "aws-cli/2.1 md/Botocore",
                    "python-requests/2.3",
                    "AccessDenied",
                    "admin",
                    "Admin",
                    "a",
                    "ad",
                    "dmi",
                    "min",
                    "straße",
                    "\u212Aey",
                    "key",
                    "ÅNGSTRÖM",
                    "ångström",
                    "a\\b",
                    "a*b",
                    "tool -x /y",
                    "tool /x -y",
                    "true",
                    "false",
                    "22",
                    "443",
                    "SE",
                    "tor",
                    "64500",
                    "line\nbreak",
                    "quo\"te",
                    "");
    private static final List<String> ADDRESSES =
            List.of(
                    "10.0.0.7",
                    "10.200.1.1",
                    "203.0.113.9",
                    "2001:db8::7",
                    "2001:db9::1",
                    "ec2.amazonaws.com");

    private final Random random = new Random(20_261_121);

    /** A rule as text for the engine and as maps for the other. */
    private record Twin(SigmaRule rule, Map<String, Object> detection) {}

    private record Narrowing(FilterRule filter, Map<String, Object> detection) {}

    @Test
    void findsOnRandomRulesAndEventsWhatPlainRecursionFinds() {
        long pairs = 0;
        long matches = 0;
        List<String> refused = new ArrayList<>();
        for (int set = 0; set < SETS; set++) {
            List<Twin> twins = new ArrayList<>();
            while (twins.size() < RULES) {
                Map<String, Object> detection = detection();
                LoadedRules loaded = RuleLoader.parse("r.yml", yaml("r" + twins.size(), detection));
                if (loaded.rules().isEmpty()) {
                    refused.add(loaded.problems().toString());
                } else {
                    twins.add(new Twin(loaded.rules().get(0), detection));
                }
            }
            List<Narrowing> filters = filters();
            RuleSet rules =
                    RuleSet.compile(
                            new RuleCollection(
                                    twins.stream().map(Twin::rule).toList(),
                                    List.of(),
                                    filters.stream().map(Narrowing::filter).toList(),
                                    List.of()));
            RuleMatcher matcher = new RuleMatcher(rules);
            for (int i = 0; i < EVENTS; i++) {
                ObjectNode event = event();
                IpContext source = random.nextBoolean() ? context() : IpContext.EMPTY;
                Instant time = EXPIRY.plusSeconds(random.nextInt(3) - 1);
                List<SigmaRule> found = matcher.match(decoded(event, time), source);
                JsonNode seen = withContext(event, source);
                for (Twin twin : twins) {
                    boolean naive = naive(twin, filters, seen, time);
                    if (found.contains(twin.rule()) != naive) {
                        fail(counterExample(twin, filters, seen, time, naive));
                    }
                    pairs++;
                    matches += naive ? 1 : 0;
                }
                assertThat(found).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
            }
        }
        assertThat(pairs).isGreaterThanOrEqualTo(100_000);
        assertThat((double) matches / pairs).isBetween(0.1, 0.4);
        assertThat(refused).hasSizeLessThan(SETS * RULES / 4);
    }

    private static boolean naive(Twin twin, List<Narrowing> filters, JsonNode seen, Instant time) {
        return NaiveSigma.matches(twin.detection(), seen)
                && filters.stream()
                        .filter(one -> meant(one.filter(), twin.rule().id()))
                        .filter(
                                one ->
                                        one.filter().expires() == null
                                                || time.isBefore(one.filter().expires()))
                        .allMatch(one -> NaiveSigma.matches(one.detection(), seen));
    }

    private static boolean meant(FilterRule filter, String id) {
        return filter.rules().isEmpty() || filter.rules().contains(id);
    }

    private String counterExample(
            Twin twin, List<Narrowing> filters, JsonNode seen, Instant time, boolean naive) {
        return "rule %s%nfilters %s%nevent %s at %s%nshould match: %s"
                .formatted(
                        json(twin.detection()),
                        filters.stream()
                                .filter(one -> meant(one.filter(), twin.rule().id()))
                                .map(one -> json(one.detection()))
                                .toList(),
                        seen,
                        time,
                        naive);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** JSON is YAML. */
    private static String yaml(String id, Map<String, Object> detection) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("title", "Random rule");
        rule.put("id", id);
        rule.put("logsource", Map.of("product", "aws", "service", "cloudtrail"));
        rule.put("detection", detection);
        return json(rule);
    }

    private List<Narrowing> filters() {
        List<Narrowing> filters = new ArrayList<>();
        while (filters.size() < 6) {
            Map<String, Object> detection = detection();
            LoadedRules loaded = RuleLoader.parse("f.yml", yaml("f" + filters.size(), detection));
            if (!loaded.rules().isEmpty()) {
                SigmaRule read = loaded.rules().get(0);
                // A filter for all rules would leave too little to compare
                List<String> rules =
                        List.of("r" + random.nextInt(RULES), "r" + random.nextInt(RULES));
                filters.add(
                        new Narrowing(
                                new FilterRule(
                                        read.metadata(),
                                        read.logSource(),
                                        rules,
                                        read.condition(),
                                        random.nextBoolean() ? EXPIRY : null),
                                detection));
            }
        }
        return filters;
    }

    private Map<String, Object> detection() {
        Map<String, Object> detection = new LinkedHashMap<>();
        detection.put("x1", selection());
        detection.put("x2", selection());
        detection.put("_y", selection());
        detection.put(
                "condition",
                pick(
                        List.of(
                                "x1 and (x2 or not _y)",
                                "x1 and x2 or _y and not x1",
                                "x1 or x2 and _y",
                                "1 of x* and not _y",
                                "all of x* or x1 and _y",
                                "(1 of them) and not (_y and x1)",
                                "x1 and not 1 of x2* and not _y",
                                "not x1 and x2 and _y",
                                "x1 and x2 and _y",
                                "x1 and (x2 or _y)",
                                List.of("x1 and x2", "x2 and _y"))));
        return detection;
    }

    private Object selection() {
        int kind = random.nextInt(12);
        if (kind == 0) {
            return List.of(keyword(), keyword());
        }
        if (kind == 1) {
            return Map.of("|all", List.of(keyword(), keyword()));
        }
        if (kind < 4) {
            return List.of(fields(), fields());
        }
        return fields();
    }

    private String keyword() {
        String word = pick(WORDS);
        return word.isEmpty() ? "min" : word;
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        int count = random.nextInt(4) == 0 ? 2 : 1;
        while (fields.size() < count) {
            field(fields);
        }
        return fields;
    }

    private void field(Map<String, Object> fields) {
        String field = pick(FIELDS);
        String neq = random.nextInt(12) == 0 ? "|neq" : "";
        switch (random.nextInt(15)) {
            case 0 -> fields.put(field + "|exists", Boolean.toString(random.nextBoolean()));
            case 1 -> fields.put(field, null);
            case 2 ->
                    fields.put(
                            field
                                    + pick(
                                            List.of(
                                                    "|fieldref",
                                                    "|fieldref|contains",
                                                    "|fieldref|endswith")),
                            pick(FIELDS));
            case 3 ->
                    fields.put(
                            field
                                    + pick(List.of("|re", "|re|i", "|re|s", "|re|m", "|re|all"))
                                    + neq,
                            values(
                                    () ->
                                            pick(
                                                    List.of(
                                                            "^(Create|Delete)User$",
                                                            "user",
                                                            "[a-d]d.?m",
                                                            "s3\\.amazon",
                                                            "(aws|iam)[./-].*s",
                                                            "line.break",
                                                            "^break$",
                                                            "a{1,2}d?m+in",
                                                            "[0-9]{2}"))));
            case 4 ->
                    fields.put(
                            pick(List.of("additionalEventData.address", "src_ip", field))
                                    + "|cidr"
                                    + neq,
                            values(
                                    () ->
                                            pick(
                                                    List.of(
                                                            "10.0.0.0/8",
                                                            "10.0.0.0/29",
                                                            "203.0.113.9/32",
                                                            "0.0.0.0/0",
                                                            "2001:db8::/32",
                                                            "2001:db8::/31"))));
            case 5 ->
                    fields.put(
                            pick(List.of("requestParameters.count", "src_asn", field))
                                    + pick(List.of("|lt", "|lte", "|gt", "|gte"))
                                    + neq,
                            pick(List.of("22", "22.5", "443", "-1", "64500")));
            case 6 ->
                    fields.put(
                            "additionalEventData.encoded"
                                    + pick(
                                            List.of(
                                                    "|base64offset|contains",
                                                    "|base64",
                                                    "|base64|contains")),
                            pick(List.of("admin", "key", "GetObject")));
            case 7 ->
                    fields.put(
                            pick(List.of("userAgent", field)) + "|windash|contains",
                            pick(List.of("tool -x /y", " -x", "/y")));
            default -> {
                String place =
                        pick(
                                List.of(
                                        "",
                                        "",
                                        "",
                                        "|contains",
                                        "|contains",
                                        "|startswith",
                                        "|endswith"));
                String cased = random.nextInt(6) == 0 ? "|cased" : "";
                String all = random.nextInt(8) == 0 ? "|all" : "";
                fields.put(field + place + cased + all + neq, values(() -> text(place)));
            }
        }
    }

    private Object values(Supplier<String> value) {
        int count = random.nextInt(3);
        if (count == 0) {
            return value.get();
        }
        return Stream.generate(value).limit(count + 1).toList();
    }

    private String text(String place) {
        String word = pick(WORDS);
        if (!place.isEmpty()) {
            int from = word.isEmpty() ? 0 : random.nextInt(word.length());
            String part = random.nextBoolean() ? word : word.substring(from);
            return part.isEmpty() ? "e" : escaped(part);
        }
        return switch (random.nextInt(8)) {
            case 0 -> "*";
            case 1 -> escaped(word) + "*";
            case 2 -> "*" + escaped(word);
            case 3 ->
                    word.length() < 3
                            ? escaped(word)
                            : escaped(word.substring(0, 1))
                                    + "?"
                                    + "*"
                                    + escaped(word.substring(2));
            default -> random.nextInt(5) == 0 ? word : escaped(word);
        };
    }

    private static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
    }

    private <T> T pick(List<? extends T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private ObjectNode event() {
        ObjectNode event = JSON.createObjectNode();
        put(event, "eventName");
        put(event, "eventSource");
        put(event, "userAgent");
        put(event, "errorCode");
        put(event, "readOnly");
        ObjectNode additional = event.putObject("additionalEventData");
        additional.put("address", pick(ADDRESSES));
        event.put("sourceIPAddress", pick(ADDRESSES));
        additional.put(
                "encoded",
                Base64.getEncoder()
                        .encodeToString(
                                ("x".repeat(random.nextInt(3)) + keyword())
                                        .getBytes(StandardCharsets.UTF_8)));
        if (random.nextInt(6) > 0) {
            ObjectNode parameters = event.putObject("requestParameters");
            put(parameters, "name");
            put(parameters, "count");
            if (random.nextBoolean()) {
                ArrayNode tags = parameters.putArray("tags");
                for (int i = random.nextInt(3); i > 0; i--) {
                    if (random.nextInt(4) == 0) {
                        add(tags);
                    } else {
                        put(tags.addObject(), "key");
                    }
                }
            } else {
                put(parameters, "tags");
            }
        } else if (random.nextBoolean()) {
            event.putNull("requestParameters");
        }
        ArrayNode resources = event.putArray("resources");
        for (int i = random.nextInt(3); i > 0; i--) {
            put(resources.addObject(), "ARN");
        }
        return event;
    }

    private void put(ObjectNode into, String name) {
        JsonNode value = value();
        if (!value.isMissingNode()) {
            into.set(name, value);
        }
    }

    private void add(ArrayNode into) {
        JsonNode value = value();
        if (!value.isMissingNode()) {
            into.add(value);
        }
    }

    private JsonNode value() {
        return switch (random.nextInt(14)) {
            case 0 -> JSON.missingNode();
            case 1 -> JSON.nullNode();
            case 2 -> JSON.getNodeFactory().numberNode(pick(List.of(22, 443, 64_500, -1)));
            case 3 -> JSON.getNodeFactory().numberNode(22.5);
            case 4 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 5 -> JSON.createArrayNode().add(pick(WORDS)).add(pick(WORDS));
            case 6 -> JSON.createObjectNode().put("key", pick(WORDS)).put("n", 22);
            case 7 -> JSON.getNodeFactory().textNode(pick(WORDS) + pick(WORDS));
            case 8 -> JSON.getNodeFactory().textNode(pick(WORDS) + " " + pick(WORDS));
            default -> JSON.getNodeFactory().textNode(pick(WORDS));
        };
    }

    private IpContext context() {
        return new IpContext(
                pick(List.of("SE", "DE")),
                null,
                random.nextBoolean() ? 64_500L : 22L,
                null,
                random.nextBoolean() ? List.of("tor", "admin") : List.of());
    }

    /** The event as rules see it, with what is known of its source address. */
    private static JsonNode withContext(ObjectNode event, IpContext source) {
        ObjectNode seen = event.deepCopy();
        String address = event.get("sourceIPAddress").asText();
        // Not for keywords, which are sought in the log's own fields
        ObjectNode virtual = JSON.createObjectNode();
        if (!address.contains("amazonaws")) {
            virtual.put("src_ip", address);
        }
        if (source.countryIso() != null) {
            virtual.put("src_country", source.countryIso());
        }
        if (source.asn() != null) {
            virtual.put("src_asn", source.asn());
        }
        if (!source.threatLists().isEmpty()) {
            source.threatLists().forEach(virtual.putArray("src_threat_list")::add);
        }
        return new WithVirtualFields(seen, virtual);
    }

    /** Fields that are found by name, but are none of the fields one walks through. */
    private static final class WithVirtualFields extends ObjectNode {
        private final ObjectNode virtual;

        WithVirtualFields(ObjectNode event, ObjectNode virtual) {
            super(JSON.getNodeFactory());
            setAll(event);
            this.virtual = virtual;
        }

        @Override
        public @Nullable JsonNode get(String name) {
            JsonNode value = virtual.get(name);
            return value != null ? value : super.get(name);
        }

        @Override
        public boolean has(String name) {
            return get(name) != null;
        }

        @Override
        public String toString() {
            return super.toString() + " with " + virtual;
        }
    }

    private static DecodedEvent decoded(ObjectNode event, Instant time) {
        LogEvent logEvent =
                new LogEvent(
                        LogKind.CLOUDTRAIL,
                        "ct/1",
                        0,
                        "cloudtrail",
                        ORIGIN,
                        Provenance.NONE,
                        false,
                        new byte[0]);
        return new DecodedEvent(
                logEvent,
                new CloudTrailEvent(
                        event, time, null, "", "", event.path("sourceIPAddress").asText()));
    }

    private static final Origin ORIGIN = new Origin("test", "", "1", 0, 0, Instant.EPOCH);

    @Test
    void findsOnRealRulesAndEventsWhatPlainRecursionFinds() throws IOException {
        Path data = Path.of(System.getProperty("trailwatch.shared.data", "absent"));
        assumeTrue(Files.isDirectory(data), "no folder of real logs at " + data);
        Map<String, String> texts = new LinkedHashMap<>();
        RuleFiles shared = RuleFiles.folder(data.resolve("sigma-aws-rules/rules"));
        shared.rules().forEach(file -> texts.put(file, shared.read(file).orElseThrow()));
        RuleFiles pack = RuleFiles.pack();
        pack.rules().forEach(file -> texts.put("pack " + file, pack.read(file).orElseThrow()));
        List<Twin> twins = new ArrayList<>();
        texts.forEach(
                (file, text) -> {
                    Map<Object, Object> documents = new LinkedHashMap<>();
                    for (Object document : PlainYaml.reader(30, 1 << 20).loadAll(text)) {
                        documents.put(((Map<?, ?>) document).get("id"), document);
                    }
                    for (SigmaRule rule : RuleLoader.parse(file, text).rules()) {
                        if (rule.kind() == LogKind.CLOUDTRAIL) {
                            twins.add(new Twin(rule, detectionOf(documents.get(rule.id()))));
                        }
                    }
                });
        RuleMatcher matcher =
                new RuleMatcher(RuleSet.compile(twins.stream().map(Twin::rule).toList()));
        long pairs = 0;
        long matches = 0;
        List<ObjectNode> events = realEvents(data);
        for (int i = 0; i < events.size(); i += 1 + random.nextInt(8)) { // all take a minute
            ObjectNode event = events.get(i);
            List<SigmaRule> found = matcher.match(event, LogKind.CLOUDTRAIL);
            for (Twin twin : twins) {
                boolean naive = NaiveSigma.matches(twin.detection(), event);
                if (found.contains(twin.rule()) != naive) {
                    fail(twin.rule().file() + " on " + event + " should match: " + naive);
                }
                pairs++;
                matches += naive ? 1 : 0;
            }
        }
        assertThat(pairs).isGreaterThan(30_000);
        assertThat(matches).isGreaterThan(50);
    }

    @SuppressWarnings("unchecked") // the loader has read it
    private static Map<String, Object> detectionOf(Object document) {
        return (Map<String, Object>) ((Map<String, Object>) document).get("detection");
    }

    private static List<ObjectNode> realEvents(Path data) throws IOException {
        List<ObjectNode> events = new ArrayList<>();
        for (String folder :
                List.of("cloudtrail-stratus-detonations", "cloudtrail-invictus-2023")) {
            try (Stream<Path> files = Files.list(data.resolve(folder))) {
                for (Path file : files.sorted().toList()) {
                    if (file.toString().endsWith(".json") || file.toString().endsWith(".json.gz")) {
                        try (InputStream in = Files.newInputStream(file);
                                InputStream plain =
                                        file.toString().endsWith(".gz")
                                                ? new GZIPInputStream(in)
                                                : in) {
                            JsonNode root = JSON.readTree(plain);
                            (root.isArray() ? root : root.get("Records"))
                                    .forEach(event -> events.add((ObjectNode) event));
                        }
                    }
                }
            }
        }
        return events;
    }
}
