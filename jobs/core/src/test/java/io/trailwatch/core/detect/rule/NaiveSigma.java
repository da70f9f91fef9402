package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sigma the slow way, as a second opinion: plain recursion over the maps of a rule and the tree of
 * an event, every value of every list looked at, no index, nothing of the engine's.
 */
final class NaiveSigma {
    private final Map<String, ?> detection;
    private final JsonNode event;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    private NaiveSigma(Map<String, ?> detection, JsonNode event) {
        this.detection = detection;
        this.event = event;
    }

    /** Whether the detection of a rule, its scalars as texts, holds for the event. */
    static boolean matches(Map<String, ?> detection, JsonNode event) {
        Object condition = detection.get("condition");
        for (Object one : condition instanceof List<?> list ? list : List.of(condition)) {
            NaiveSigma naive = new NaiveSigma(detection, event);
            String spaced = one.toString().replace("(", " ( ").replace(")", " ) ").strip();
            naive.tokens.addAll(List.of(spaced.split("\\s+")));
            if (naive.or()) {
                return true;
            }
        }
        return false;
    }

    private boolean or() {
        boolean holds = and();
        while (next < tokens.size() && tokens.get(next).equalsIgnoreCase("or")) {
            next++;
            holds |= and();
        }
        return holds;
    }

    private boolean and() {
        boolean holds = not();
        while (next < tokens.size() && tokens.get(next).equalsIgnoreCase("and")) {
            next++;
            holds &= not();
        }
        return holds;
    }

    private boolean not() {
        String token = tokens.get(next++);
        if (token.equalsIgnoreCase("not")) {
            return !not();
        }
        if (token.equals("(")) {
            boolean holds = or();
            next++;
            return holds;
        }
        if (next < tokens.size() && tokens.get(next).equalsIgnoreCase("of")) {
            next++;
            String names = tokens.get(next++);
            boolean every = token.equals("all");
            for (String name : detection.keySet()) {
                boolean meant =
                        names.equals("them")
                                ? !name.startsWith("_")
                                : name.matches(names.replace("*", ".*"));
                if (meant && !name.equals("condition") && selection(detection.get(name)) != every) {
                    return !every;
                }
            }
            return every;
        }
        return selection(detection.get(token));
    }

    private boolean selection(@Nullable Object selection) {
        if (selection instanceof Map<?, ?> fields) {
            return fields.entrySet().stream()
                    .allMatch(field -> field((String) field.getKey(), field.getValue()));
        }
        if (selection instanceof List<?> list) {
            return list.stream().anyMatch(this::selection);
        }
        return scalars(event).stream()
                .anyMatch(
                        text ->
                                fits(
                                        around(wildcards((String) selection), true, true),
                                        text,
                                        false));
    }

    private boolean field(String key, @Nullable Object value) {
        List<String> parts = List.of(key.split("\\|"));
        List<String> modifiers = parts.subList(1, parts.size());
        List<@Nullable Object> wanted = new ArrayList<>();
        if (value instanceof List<?> list) {
            wanted.addAll(list);
        } else {
            wanted.add(value);
        }
        boolean all = modifiers.contains("all");
        boolean holds = all;
        for (Object one : wanted) {
            boolean hit =
                    parts.get(0).isEmpty()
                            ? keyword(modifiers, (String) one)
                            : field(parts.get(0), modifiers, (String) one);
            holds = all ? holds && hit : holds || hit;
        }
        return holds != modifiers.contains("neq");
    }

    private boolean keyword(List<String> modifiers, @Nullable String wanted) {
        boolean within = !modifiers.contains("startswith") && !modifiers.contains("endswith");
        List<String> wider = new ArrayList<>(modifiers);
        if (within && !modifiers.contains("re")) {
            wider.add("contains");
        }
        return scalars(event).stream().anyMatch(text -> value(wider, wanted, text));
    }

    private boolean field(String path, List<String> modifiers, @Nullable String wanted) {
        List<JsonNode> found = nodes(event, List.of(path.split("\\.")));
        List<String> texts = texts(found);
        if (wanted == null) {
            return texts.isEmpty();
        }
        if (modifiers.contains("exists")) {
            return exists(event, List.of(path.split("\\."))) == wanted.equals("true");
        }
        if (modifiers.contains("fieldref")) {
            List<String> others = texts(nodes(event, List.of(wanted.split("\\."))));
            return texts.stream()
                    .anyMatch(text -> others.stream().anyMatch(o -> refers(modifiers, text, o)));
        }
        return texts.stream().anyMatch(text -> value(modifiers, wanted, text));
    }

    private static boolean refers(List<String> modifiers, String text, String other) {
        boolean cased = modifiers.contains("cased");
        if (other.isEmpty()) {
            return text.isEmpty() || modifiers.size() > (cased ? 2 : 1);
        }
        List<Object> plain = new ArrayList<>();
        for (char c : other.toCharArray()) {
            plain.add(c);
        }
        return fits(
                around(
                        plain,
                        modifiers.contains("contains") || modifiers.contains("endswith"),
                        modifiers.contains("contains") || modifiers.contains("startswith")),
                text,
                cased);
    }

    private static boolean value(List<String> modifiers, @Nullable String wanted, String text) {
        if (wanted == null) {
            return false;
        }
        for (String order : List.of("lt", "lte", "gt", "gte")) {
            if (modifiers.contains(order)) {
                if (!text.matches("[+-]?[0-9]+(\\.[0-9]+)?")) {
                    return false;
                }
                int sign = new BigDecimal(text).compareTo(new BigDecimal(wanted));
                return order.startsWith("l")
                        ? sign < 0 || sign == 0 && order.endsWith("e")
                        : sign > 0 || sign == 0 && order.endsWith("e");
            }
        }
        if (modifiers.contains("re")) {
            int flags =
                    (modifiers.contains("i") ? Pattern.CASE_INSENSITIVE : 0)
                            | (modifiers.contains("m") ? Pattern.MULTILINE : 0)
                            | (modifiers.contains("s") ? Pattern.DOTALL : 0);
            return Pattern.compile(wanted, flags).matcher(text).find();
        }
        if (modifiers.contains("cidr")) {
            return inBlock(text, wanted);
        }
        for (String variant : variants(modifiers, wanted)) {
            List<Object> pattern =
                    around(
                            wildcards(variant),
                            modifiers.contains("contains") || modifiers.contains("endswith"),
                            modifiers.contains("contains") || modifiers.contains("startswith"));
            if (fits(pattern, text, modifiers.contains("cased"))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> variants(List<String> modifiers, String wanted) {
        List<String> variants = new ArrayList<>(List.of(wanted));
        if (modifiers.contains("windash")) {
            for (String dash : List.of("-", "/", "\u2013", "\u2014", "\u2015")) {
                variants.add(wanted.replaceAll("(?<=^|\\s)[-/]", dash));
            }
        }
        if (!modifiers.contains("base64") && !modifiers.contains("base64offset")) {
            return variants;
        }
        List<String> encoded = new ArrayList<>();
        for (String variant : variants) {
            if (modifiers.contains("base64")) {
                encoded.add(base64(variant));
            } else {
                for (int offset = 0; offset < 3; offset++) {
                    String text = base64(" ".repeat(offset) + variant);
                    int bytes = offset + variant.getBytes(StandardCharsets.UTF_8).length;
                    int cut = bytes % 3 == 0 ? 0 : bytes % 3 == 1 ? 3 : 2;
                    encoded.add(text.substring(offset == 0 ? 0 : offset + 1, text.length() - cut));
                }
            }
        }
        return encoded;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean inBlock(String text, String block) {
        BigInteger address = address(text);
        String[] parts = block.split("/");
        BigInteger network = address(parts[0]);
        boolean sameVersion = text.contains(":") == block.contains(":");
        if (address == null || network == null || !sameVersion) {
            return false;
        }
        int rest = (block.contains(":") ? 128 : 32) - Integer.parseInt(parts[1]);
        return address.shiftRight(rest).equals(network.shiftRight(rest));
    }

    private static @Nullable BigInteger address(String text) {
        if (!text.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*")) {
            return null;
        }
        try {
            return new BigInteger(1, InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException noAddress) {
            return null;
        }
    }

    /** Characters, and the texts {@code *} and {@code ?} for wildcards. */
    private static List<Object> wildcards(String text) {
        List<Object> pattern = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*' || c == '?') {
                pattern.add(String.valueOf(c));
            } else if (c == '\\'
                    && i + 1 < text.length()
                    && "*?\\".contains(text.substring(i + 1, i + 2))) {
                pattern.add(text.charAt(++i));
            } else {
                pattern.add(c);
            }
        }
        return pattern;
    }

    private static List<Object> around(List<Object> pattern, boolean before, boolean after) {
        List<Object> wider = new ArrayList<>(pattern);
        if (before) {
            wider.add(0, "*");
        }
        if (after) {
            wider.add("*");
        }
        return wider;
    }

    /** Reachable places of the pattern after each character, all at once. */
    private static boolean fits(List<Object> pattern, String text, boolean cased) {
        // A lone * asks for a value that is not empty
        if (!pattern.isEmpty() && pattern.stream().allMatch("*"::equals)) {
            return !text.isEmpty();
        }
        boolean[] at = new boolean[pattern.size() + 1];
        at[0] = true;
        skip(pattern, at);
        for (int i = 0; i < text.length(); i++) {
            String c = text.substring(i, i + 1);
            boolean[] then = new boolean[at.length];
            for (int p = 0; p < pattern.size(); p++) {
                Object unit = pattern.get(p);
                if (at[p] && unit.equals("*")) {
                    then[p] = true;
                } else if (at[p]
                        && (unit.equals("?")
                                || unit instanceof Character
                                        && (cased
                                                ? unit.toString().equals(c)
                                                : unit.toString().equalsIgnoreCase(c)))) {
                    then[p + 1] = true;
                }
            }
            skip(pattern, then);
            at = then;
        }
        return at[pattern.size()];
    }

    private static void skip(List<Object> pattern, boolean[] at) {
        for (int p = 0; p < pattern.size(); p++) {
            if (at[p] && pattern.get(p).equals("*")) {
                at[p + 1] = true;
            }
        }
    }

    private static List<String> scalars(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isContainerNode()) {
            node.forEach(child -> texts.addAll(scalars(child)));
        } else if (!node.isNull()) {
            texts.add(node.asText());
        }
        return texts;
    }

    private static List<JsonNode> nodes(JsonNode node, List<String> path) {
        List<JsonNode> found = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> found.addAll(nodes(element, path)));
        } else if (path.isEmpty()) {
            found.add(node);
        } else if (node.has(path.get(0))) {
            found.addAll(nodes(node.get(path.get(0)), path.subList(1, path.size())));
        }
        return found;
    }

    private static boolean exists(JsonNode node, List<String> path) {
        if (path.isEmpty()) {
            return true;
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                if (exists(element, path)) {
                    return true;
                }
            }
            return false;
        }
        return node.has(path.get(0)) && exists(node.get(path.get(0)), path.subList(1, path.size()));
    }

    private static List<String> texts(List<JsonNode> nodes) {
        List<String> texts = new ArrayList<>();
        for (JsonNode node : nodes) {
            if (!node.isNull()) {
                texts.add(node.isObject() ? node.toString() : node.asText());
            }
        }
        return texts;
    }
}
