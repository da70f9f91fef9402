package io.trailwatch.core.normalise;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.normalise.OcsfDeviations.Deviation;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * The schema of one version of OCSF, resolved from its sources (repository ocsf/ocsf-schema): what
 * is wrong with a row of an event table, attribute by attribute.
 *
 * <p>Checked are required attributes, constraints, types with their ranges, lengths and patterns,
 * values of enumerations beside their text siblings, the numbers and names of the class, and that
 * no attribute is unknown. Attributes of a profile count when {@code metadata.profiles} names it.
 */
final class OcsfSchema {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Files that version 1.1.0 includes and that are not in the archive of its classes, objects and
     * profiles.
     */
    private static final Map<String, String> INCLUDES =
            Map.of(
                    "includes/classification.json",
                    """
                    {"attributes":{"activity_id":{"requirement":"required"},"activity_name":{},
                     "category_name":{},"category_uid":{"requirement":"required"},
                     "class_name":{},"class_uid":{"requirement":"required"},
                     "type_name":{},"type_uid":{"requirement":"required"}}}
                    """,
                    "includes/occurrence.json",
                    """
                    {"attributes":{"count":{},"duration":{},"end_time":{},"start_time":{},
                     "time":{"requirement":"required"},"timezone_offset":{}}}
                    """,
                    "includes/network/network_activities.json",
                    """
                    {"attributes":{"activity_id":{"enum":{"1":{"caption":"Open"},
                     "2":{"caption":"Close"},"3":{"caption":"Reset"},"4":{"caption":"Fail"},
                     "5":{"caption":"Refuse"},"6":{"caption":"Traffic"}}}}}
                    """);

    private final String version;
    private final Map<String, ObjectNode> classes = new HashMap<>();
    private final Map<String, ObjectNode> objects = new HashMap<>();
    private final Map<String, ObjectNode> profiles = new HashMap<>();
    private final ObjectNode dictionary;
    private final ObjectNode categories;
    private final Map<String, Pattern> patterns = new HashMap<>();
    private final Map<String, Shape> classShapes = new ConcurrentHashMap<>();
    private final Map<String, Shape> objectShapes = new ConcurrentHashMap<>();
    private final Map<Integer, ObjectNode> classByUid = new HashMap<>();
    private final Map<Integer, String> observableTypes = new HashMap<>();

    /** Attributes by name, resolved, and what must hold among them. */
    private record Shape(Map<String, ObjectNode> attributes, JsonNode constraints) {}

    private OcsfSchema(String version, Map<String, ObjectNode> files) {
        this.version = version;
        this.dictionary = requireNonNull(files.get("dictionary.json"));
        this.categories = requireNonNull(files.get("categories.json"));
        files.forEach(
                (file, json) -> {
                    String name = json.path("name").asText();
                    if (file.startsWith("events/")) {
                        classes.put(name, json);
                    } else if (file.startsWith("objects/")) {
                        objects.put(name, json);
                    } else if (file.startsWith("profiles/")) {
                        profiles.put(file, json);
                    }
                });
        classes.values().stream()
                .filter(c -> c.has("uid"))
                .forEach(c -> classByUid.put(uidOf(c), c));
        readObservableTypes();
    }

    /** Whether the archives of the schema are there. */
    static boolean isPresent() {
        return Files.isDirectory(folder());
    }

    /** Version {@code 1.1.0}, {@code 1.5.0} ... as the shared folder holds it. */
    static OcsfSchema of(String version) {
        Path archive = folder().resolve("ocsf-schema-%s.tar.gz".formatted(version));
        try (InputStream in = Files.newInputStream(archive)) {
            OcsfSchema schema = new OcsfSchema(version, readTar(new GZIPInputStream(in)));
            return schema;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty("trailwatch.shared.data", "absent"), "ocsf-schema");
    }

    /** What is wrong with a row of a table, as {@code path: problem}; empty when it is valid. */
    List<String> problems(String table, Map<String, Object> row) {
        List<String> problems = new ArrayList<>();
        if (!(row.get("class_uid") instanceof Integer uid) || !classByUid.containsKey(uid)) {
            return List.of("class_uid: is %s, no class".formatted(row.get("class_uid")));
        }
        ObjectNode ocsfClass = classByUid.get(uid);
        Object metadata = row.get("metadata");
        Set<String> active = Set.of();
        if (metadata instanceof Map<?, ?> map) {
            if (!version.equals(map.get("version"))) {
                problems.add(
                        "metadata.version: is %s, not %s".formatted(map.get("version"), version));
            }
            if (map.get("profiles") instanceof List<?> names) {
                active = names.stream().map(String::valueOf).collect(Collectors.toSet());
            }
        }
        Walk walk = new Walk(table, active, problems, false);
        walk.check("", shapeOfClass(ocsfClass), row);
        checkClassification(ocsfClass, row, problems);
        return problems;
    }

    /** Attributes of a row that this version calls deprecated, as {@code path: advice}. */
    List<String> deprecated(String table, Map<String, Object> row) {
        List<String> deprecated = new ArrayList<>();
        ObjectNode ocsfClass = classByUid.get((Integer) row.get("class_uid"));
        if (ocsfClass.has("@deprecated")) {
            deprecated.add("class %s".formatted(ocsfClass.path("name").asText()));
        }
        new Walk(table, Set.of(), deprecated, true).check("", shapeOfClass(ocsfClass), row);
        return deprecated;
    }

    private void checkClassification(
            ObjectNode ocsfClass, Map<String, Object> row, List<String> problems) {
        String caption = ocsfClass.path("caption").asText();
        String category = categoryOf(ocsfClass);
        JsonNode categoryNode = categories.path("attributes").path(category);
        expect(problems, row, "class_name", caption);
        expect(problems, row, "category_uid", categoryNode.path("uid").asInt());
        expect(problems, row, "category_name", categoryNode.path("caption").asText());
        if (row.get("activity_id") instanceof Integer activity) {
            expect(problems, row, "type_uid", uidOf(ocsfClass) * 100L + activity);
            String activityCaption =
                    requireNonNull(shapeOfClass(ocsfClass).attributes().get("activity_id"))
                            .path("enum")
                            .path(activity.toString())
                            .path("caption")
                            .asText();
            expect(problems, row, "type_name", caption + ": " + activityCaption);
        }
    }

    private static void expect(
            List<String> problems, Map<String, Object> row, String name, Object expected) {
        if (row.containsKey(name) && !expected.equals(row.get(name))) {
            problems.add("%s: is %s, must be %s".formatted(name, row.get(name), expected));
        }
    }

    /** One look at a row: either for its faults, or for what is deprecated. */
    private final class Walk {
        private final String table;
        private final Set<String> active;
        private final List<String> found;
        private final boolean forDeprecated;

        Walk(String table, Set<String> active, List<String> found, boolean forDeprecated) {
            this.table = table;
            this.active = active;
            this.found = found;
            this.forDeprecated = forDeprecated;
        }

        void check(String prefix, Shape shape, Map<?, ?> value) {
            for (Map.Entry<?, ?> field : value.entrySet()) {
                String name = String.valueOf(field.getKey());
                String path = prefix + name;
                ObjectNode attribute = attribute(shape, name);
                if (attribute == null) {
                    report(path, Deviation.EXTENSION, "is no attribute of OCSF " + version);
                } else if (forDeprecated && attribute.has("@deprecated")) {
                    found.add(path + ": " + attribute.path("@deprecated").path("message").asText());
                }
                if (attribute != null && field.getValue() != null) {
                    checkValue(path, attribute, field.getValue());
                    checkSibling(path, attribute, field.getValue(), value);
                }
            }
            if (!forDeprecated) {
                checkRequired(prefix, shape, value);
                checkConstraints(prefix, shape.constraints(), value);
            }
        }

        private ObjectNode attribute(Shape shape, String name) {
            ObjectNode attribute = shape.attributes().get(name);
            if (attribute != null) {
                return !forDeprecated && !isActive(attribute) ? null : attribute;
            }
            if (name.endsWith("_dt") && (forDeprecated || active.contains("datetime"))) {
                ObjectNode millis = attribute(shape, name.substring(0, name.length() - 3));
                if (millis != null && millis.path("type").asText().equals("timestamp_t")) {
                    return JSON.createObjectNode().put("type", "datetime_t");
                }
            }
            return null;
        }

        private boolean isActive(ObjectNode attribute) {
            JsonNode profile = attribute.path("profile");
            return !profile.isTextual() || active.contains(profile.asText());
        }

        private void checkRequired(String prefix, Shape shape, Map<?, ?> value) {
            shape.attributes()
                    .forEach(
                            (name, attribute) -> {
                                if (attribute.path("requirement").asText().equals("required")
                                        && isActive(attribute)
                                        && value.get(name) == null) {
                                    report(prefix + name, Deviation.ABSENT, "is required");
                                }
                            });
        }

        private void checkConstraints(String prefix, JsonNode constraints, Map<?, ?> value) {
            String path = prefix.isEmpty() ? "row" : prefix.substring(0, prefix.length() - 1);
            JsonNode atLeastOne = constraints.path("at_least_one");
            if (!atLeastOne.isEmpty()
                    && StreamSupport.stream(atLeastOne.spliterator(), false)
                            .allMatch(name -> value.get(name.asText()) == null)) {
                report(path, Deviation.ABSENT, "must have at least one of " + atLeastOne);
            }
            JsonNode justOne = constraints.path("just_one");
            if (!justOne.isEmpty()
                    && StreamSupport.stream(justOne.spliterator(), false)
                                    .filter(name -> value.get(name.asText()) != null)
                                    .count()
                            != 1) {
                report(path, Deviation.ABSENT, "must have just one of " + justOne);
            }
        }

        private void checkValue(String path, ObjectNode attribute, Object value) {
            if (attribute.path("is_array").asBoolean()) {
                if (value instanceof List<?> list) {
                    for (Object element : list) {
                        checkSingle(path, attribute, element);
                    }
                } else {
                    report(path, Deviation.TYPE, "must be a list");
                }
            } else {
                checkSingle(path, attribute, value);
            }
        }

        private void checkSingle(String path, ObjectNode attribute, Object value) {
            String type = attribute.path("type").asText();
            JsonNode primitive = dictionary.path("types").path("attributes").path(type);
            if (type.equals("json_t")) {
                return;
            }
            if (primitive.isMissingNode()) {
                checkObject(path, attribute, value);
                return;
            }
            if (forDeprecated) {
                return;
            }
            checkPrimitive(path, type, primitive, value);
            JsonNode values = attribute.path("enum");
            boolean isValue =
                    path.endsWith("observables.type_id")
                            ? observableTypes.containsKey(value)
                            : values.isEmpty() || values.has(String.valueOf(value));
            if (!isValue) {
                report(path, Deviation.VALUE, "is %s, no value of its enum".formatted(value));
            }
        }

        private void checkObject(String path, ObjectNode attribute, Object value) {
            if (!(value instanceof Map<?, ?> map)) {
                report(path, Deviation.TYPE, "must be an object");
                return;
            }
            String type = attribute.path("type").asText();
            String objectType =
                    type.equals("object_t") ? attribute.path("object_type").asText() : type;
            if (!objectType.equals("object")) {
                check(path + ".", shapeOfObject(objectType), map);
            }
        }

        private void checkPrimitive(String path, String type, JsonNode declared, Object value) {
            String base = declared.path("type").asText(type);
            boolean fits =
                    switch (base) {
                        case "string_t" ->
                                value instanceof String
                                        || type.equals("datetime_t") && value instanceof Instant;
                        case "integer_t" -> value instanceof Integer;
                        case "long_t" -> value instanceof Long;
                        case "boolean_t" -> value instanceof Boolean;
                        case "float_t" -> value instanceof Double;
                        default -> false;
                    };
            if (!fits) {
                report(
                        path,
                        Deviation.TYPE,
                        "is a %s, must be %s".formatted(value.getClass().getSimpleName(), type));
                return;
            }
            if (value instanceof String text) {
                int longest = declared.path("max_len").asInt(Integer.MAX_VALUE);
                if (text.length() > longest) {
                    report(
                            path,
                            Deviation.LENGTH,
                            "has %d characters, limit %d".formatted(text.length(), longest));
                }
                if (declared.has("regex") && !pattern(type, declared).matcher(text).find()) {
                    report(path, Deviation.VALUE, "is '%s', no %s".formatted(text, type));
                }
            }
            if (value instanceof Integer number
                    && declared.has("range")
                    && (number < declared.path("range").path(0).asInt()
                            || number > declared.path("range").path(1).asInt())) {
                report(
                        path,
                        Deviation.VALUE,
                        "is %d, out of %s".formatted(number, declared.path("range")));
            }
        }

        /** The text beside a value of an enumeration is its caption; free only for 99, Other. */
        private void checkSibling(
                String path, ObjectNode attribute, Object value, Map<?, ?> siblings) {
            String sibling = attribute.path("sibling").asText();
            Object text = siblings.get(sibling);
            if (forDeprecated || sibling.isEmpty() || text == null || value.equals(99)) {
                return;
            }
            String caption =
                    path.endsWith("observables.type_id")
                            ? observableTypes.get(value)
                            : attribute
                                    .path("enum")
                                    .path(String.valueOf(value))
                                    .path("caption")
                                    .textValue();
            if (caption != null && !caption.equals(text)) {
                String place = path.substring(0, path.lastIndexOf('.') + 1) + sibling;
                report(
                        place,
                        Deviation.SIBLING,
                        "is '%s', for %s it must be '%s'".formatted(text, value, caption));
            }
        }

        private void report(String path, Deviation kind, String problem) {
            if (!forDeprecated && !OcsfDeviations.isAllowed(table, version, path, kind)) {
                found.add(path + ": " + problem);
            }
        }
    }

    private Pattern pattern(String type, JsonNode declared) {
        return patterns.computeIfAbsent(
                type, t -> Pattern.compile(declared.path("regex").asText()));
    }

    private Shape shapeOfClass(ObjectNode ocsfClass) {
        return classShapes.computeIfAbsent(
                ocsfClass.path("name").asText(),
                name -> {
                    Shape shape = resolve(ocsfClass, classes);
                    // Of them the base event tells only its own; checkClassification knows more.
                    requireNonNull(shape.attributes().get("class_uid")).remove("enum");
                    requireNonNull(shape.attributes().get("category_uid")).remove("enum");
                    return shape;
                });
    }

    private Shape shapeOfObject(String name) {
        ObjectNode object = objects.get(name);
        if (object == null) {
            throw new IllegalStateException("OCSF %s has no object %s".formatted(version, name));
        }
        return objectShapes.computeIfAbsent(name, n -> resolve(object, objects));
    }

    /** Attributes of the ancestors, then the included ones, then its own; each over the last. */
    private Shape resolve(ObjectNode definition, Map<String, ObjectNode> family) {
        Map<String, ObjectNode> attributes = new LinkedHashMap<>();
        JsonNode constraints = JSON.createObjectNode();
        List<ObjectNode> line = new ArrayList<>();
        for (ObjectNode d = definition; d != null; d = family.get(d.path("extends").asText(""))) {
            line.add(0, d);
        }
        for (ObjectNode ancestor : line) {
            for (JsonNode include : includes(ancestor)) {
                ObjectNode included = included(include.asText());
                String profile =
                        include.asText().startsWith("profiles/")
                                ? included.path("name").asText()
                                : null;
                addAll(attributes, included, profile);
            }
            addAll(attributes, ancestor, null);
            if (ancestor.has("constraints")) {
                constraints = ancestor.path("constraints");
            }
        }
        return new Shape(attributes, constraints);
    }

    private static List<JsonNode> includes(ObjectNode definition) {
        JsonNode include = definition.path("attributes").path("$include");
        return include.isTextual()
                ? List.of(include)
                : StreamSupport.stream(include.spliterator(), false).toList();
    }

    private ObjectNode included(String file) {
        try {
            return profiles.containsKey(file)
                    ? profiles.get(file)
                    : (ObjectNode) JSON.readTree(requireNonNull(INCLUDES.get(file), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addAll(Map<String, ObjectNode> attributes, ObjectNode from, String profile) {
        for (Map.Entry<String, JsonNode> field : from.path("attributes").properties()) {
            if (!(field.getValue() instanceof ObjectNode own)) {
                continue; // $include
            }
            String name = field.getKey();
            ObjectNode attribute = attributes.get(name);
            if (attribute == null) {
                JsonNode defined = dictionary.path("attributes").path(name);
                if (!(defined instanceof ObjectNode base)) {
                    throw new IllegalStateException(name + " is not in the dictionary");
                }
                attribute = base.deepCopy();
                if (profile != null) {
                    attribute.put("profile", profile);
                }
                attributes.put(name, attribute);
            }
            merge(attribute, own);
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            if (field.getValue() instanceof ObjectNode object
                    && into.get(field.getKey()) instanceof ObjectNode present) {
                merge(present, object);
            } else {
                into.set(field.getKey(), field.getValue().deepCopy());
            }
        }
    }

    private String categoryOf(ObjectNode ocsfClass) {
        for (ObjectNode c = ocsfClass; c != null; c = classes.get(c.path("extends").asText(""))) {
            if (c.has("category")) {
                return c.path("category").asText();
            }
        }
        throw new IllegalStateException(ocsfClass.path("name") + " is of no category");
    }

    private int uidOf(ObjectNode ocsfClass) {
        return categories.path("attributes").path(categoryOf(ocsfClass)).path("uid").asInt() * 1000
                + ocsfClass.path("uid").asInt();
    }

    /** Observable types are told by types, by attributes of the dictionary and by objects. */
    private void readObservableTypes() {
        addObservables(
                requireNonNull(objects.get("observable")).path("attributes").path("type_id"));
        List<JsonNode> holders = new ArrayList<>(objects.values());
        dictionary.path("attributes").forEach(holders::add);
        dictionary.path("types").path("attributes").forEach(holders::add);
        for (JsonNode holder : holders) {
            if (holder.has("observable")) {
                observableTypes.put(
                        holder.path("observable").asInt(), holder.path("caption").asText());
            }
        }
    }

    private void addObservables(JsonNode typeId) {
        for (Map.Entry<String, JsonNode> value : typeId.path("enum").properties()) {
            observableTypes.put(
                    Integer.valueOf(value.getKey()), value.getValue().path("caption").asText());
        }
    }

    /** The JSON files of a tar archive (POSIX.1-1988, ustar) by their names. */
    private static Map<String, ObjectNode> readTar(InputStream tar) throws IOException {
        Map<String, ObjectNode> files = new HashMap<>();
        DataInputStream in = new DataInputStream(tar);
        byte[] header = new byte[512];
        while (true) {
            in.readFully(header);
            String name = text(header, 0, 100);
            if (name.isEmpty()) {
                return files;
            }
            int size = Integer.parseInt(text(header, 124, 12).trim(), 8);
            byte[] content = new byte[size];
            in.readFully(content);
            in.skipNBytes((512 - size % 512) % 512);
            if (name.endsWith(".json")) {
                files.put(
                        name.startsWith("./") ? name.substring(2) : name,
                        (ObjectNode) JSON.readTree(content));
            }
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }
}
