package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trailwatch.core.decode.JsonFields;
import io.trailwatch.core.unwrap.JsonScanner.LineFeeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of an object lie, as the scanner passes them. Fields beyond the first {@link
 * #MAX_FIELDS}, and names written with escapes, are not seen: they are left to the parser.
 */
final class TopFields implements JsonFields {
    static final int MAX_FIELDS = 10_000;

    private static final JsonFactory UNESCAPING = new JsonFactory();

    /** Four offsets a field, from the object's first byte: name and value, start and end. */
    private int[] offsets = new int[4 * 32];

    private int count;

    /** Offset behind the opening quote of the name being read; -1 when none is. */
    private int name = -1;

    private boolean inValue;
    private byte[] bytes = new byte[0];
    private int from;

    void clear() {
        count = 0;
        name = -1;
        inValue = false;
    }

    /** A string begins between tokens. */
    void quote(int offset) {
        if (!inValue && name < 0) {
            name = offset + 1;
        }
    }

    /** A colon ends a name. */
    void colon(int offset) {
        if (inValue || name < 0 || count == MAX_FIELDS) {
            return;
        }
        if (offsets.length < 4 * (count + 1)) {
            offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[4 * count] = name;
        offsets[4 * count + 1] = offset;
        offsets[4 * count + 2] = offset + 1;
        inValue = true;
    }

    /** A comma or the closing bracket ends a value. */
    void end(int offset) {
        if (inValue) {
            offsets[4 * count + 3] = offset;
            count++;
        }
        inValue = false;
        name = -1;
    }

    /** Says where the object lies; only then the fields can be read. */
    TopFields in(byte[] array, int first) {
        bytes = array;
        from = first;
        return this;
    }

    @Override
    public boolean has(String wanted) {
        return find(wanted) >= 0;
    }

    @Override
    public @Nullable String text(String wanted) {
        int field = find(wanted);
        if (field < 0) {
            return null;
        }
        int start = valueStart(field);
        int end = valueEnd(field);
        if (start >= end) { // nothing but space
            return null;
        }
        return switch (bytes[start]) {
            case '{', '[', 'n' -> null;
            case '"' -> string(start, end);
            default -> new String(bytes, start, end - start, StandardCharsets.UTF_8);
        };
    }

    @Override
    public JsonFields object(String wanted) {
        int start = startOf(wanted, '{');
        if (start < 0) {
            return NONE;
        }
        JsonScanner scanner = new JsonScanner();
        int end = valueEnd(find(wanted));
        scanner.scan(new Window(bytes, start, end), LineFeeds.ANYWHERE, Integer.MAX_VALUE);
        return scanner.fields().in(bytes, start);
    }

    /** Number of fields. */
    int size() {
        return count;
    }

    /** Takes a value by the indexes of its first byte and behind its last. */
    @FunctionalInterface
    interface ValueVisitor {
        void visit(byte[] bytes, int start, int end);
    }

    /** Shows all values that are not empty, in their order. */
    void eachValue(ValueVisitor visitor) {
        for (int field = 0; field < count; field++) {
            int start = valueStart(field);
            int end = valueEnd(field);
            if (start < end) {
                visitor.visit(bytes, start, end);
            }
        }
    }

    /** Index of the first byte of the value, if it is this one; -1 if not. */
    int startOf(String wanted, char first) {
        int field = find(wanted);
        if (field < 0) {
            return -1;
        }
        int start = valueStart(field);
        return start < valueEnd(field) && bytes[start] == first ? start : -1;
    }

    /**
     * As {@link #startOf}, also of a field whose value was not read to its end, when there are
     * bytes up to {@code limit}.
     */
    int startOfLast(String wanted, char first, int limit) {
        int whole = startOf(wanted, first);
        if (whole >= 0 || !inValue) {
            return whole;
        }
        int start = from + offsets[4 * count];
        int end = from + offsets[4 * count + 1];
        if (end - start <= wanted.length() || !isName(wanted, start, end)) {
            return -1;
        }
        int value = from + offsets[4 * count + 2];
        while (value < limit && isSpace(bytes[value])) {
            value++;
        }
        return value < limit && bytes[value] == first ? value : -1;
    }

    private @Nullable String string(int start, int end) {
        if (end - start < 2 || bytes[end - 1] != '"') {
            return null;
        }
        for (int i = start + 1; i < end - 1; i++) {
            if (bytes[i] == '\\') {
                return unescaped(start, end);
            }
        }
        return new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }

    private @Nullable String unescaped(int start, int end) {
        try (JsonParser json = UNESCAPING.createParser(bytes, start, end - start)) {
            return json.nextTextValue();
        } catch (IOException broken) {
            return null; // decoding will say what is wrong
        }
    }

    /** Number of the last field of this name; -1 when there is none. */
    private int find(String wanted) {
        int length = wanted.length();
        for (int field = count - 1; field >= 0; field--) {
            int start = from + offsets[4 * field];
            int end = from + offsets[4 * field + 1];
            if (end - start > length && isName(wanted, start, end)) {
                return field;
            }
        }
        return -1;
    }

    /** Between the quotes stands the name; behind the closing one there may be space. */
    private boolean isName(String wanted, int start, int end) {
        int length = wanted.length();
        if (bytes[start + length] != '"') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != wanted.charAt(i)) {
                return false;
            }
        }
        for (int i = start + length + 1; i < end; i++) {
            if (!isSpace(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private int valueStart(int field) {
        int start = from + offsets[4 * field + 2];
        int end = from + offsets[4 * field + 3];
        while (start < end && isSpace(bytes[start])) {
            start++;
        }
        return start;
    }

    private int valueEnd(int field) {
        int end = from + offsets[4 * field + 3];
        while (end > from + offsets[4 * field + 2] && isSpace(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
