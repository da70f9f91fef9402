package io.trailwatch.core.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of a line of an S3 access log. Quotes within its quoted columns are not escaped, and
 * clients write what stands there: cut at the first quote, a user agent could move the columns
 * behind it and tell another story. So the request ends where status, sizes and times follow, which
 * is before anything else a client can write with spaces, and the user agent ends at the last quote
 * of the line.
 */
final class S3AccessLine {
    /** Columns up to the key; the third one is between brackets. */
    private static final int BEFORE_REQUEST = 8;

    private static final int TIME = 2;

    /** Status, error code, two sizes and two times. */
    private static final int NUMBERS = 6;

    private static final int ERROR_CODE = 1;

    private S3AccessLine() {}

    static List<String> split(String line) {
        List<String> values = new ArrayList<>(32);
        int at = 0;
        while (values.size() < BEFORE_REQUEST && at < line.length()) {
            boolean time = values.size() == TIME && line.charAt(at) == '[';
            int end = time ? line.indexOf("] ", at) : line.indexOf(' ', at);
            end = end < 0 ? line.length() : end;
            values.add(line.substring(time ? at + 1 : at, end));
            at = time ? end + 2 : end + 1;
        }
        if (at >= line.length()) {
            return values;
        }
        int end = endOfRequest(line, at);
        if (end < 0) {
            values.addAll(LogColumns.split(line.substring(at), -1, false));
            return values;
        }
        values.add(unquoted(line.substring(at, end)));
        at = end + 1;
        for (int i = 0; i < NUMBERS; i++) {
            int space = line.indexOf(' ', at);
            values.add(line.substring(at, space));
            at = space + 1;
        }
        clientsAndRest(line.substring(at), values);
        return values;
    }

    /** Index behind the request, where the numbers follow; -1 when they do nowhere. */
    private static int endOfRequest(String line, int from) {
        if (line.charAt(from) != '"') {
            int space = line.indexOf(' ', from);
            return space >= 0 && numbersFollow(line, space + 1) ? space : -1;
        }
        for (int quote = line.indexOf("\" ", from + 1);
                quote >= 0;
                quote = line.indexOf("\" ", quote + 1)) {
            if (numbersFollow(line, quote + 2)) {
                return quote + 1;
            }
        }
        return -1;
    }

    private static boolean numbersFollow(String line, int from) {
        int at = from;
        for (int i = 0; i < NUMBERS; i++) {
            int start = at;
            while (at < line.length() && line.charAt(at) != ' ') {
                char c = line.charAt(at);
                if (i != ERROR_CODE && (c < '0' || c > '9') && c != '-') {
                    return false;
                }
                at++;
            }
            if (at == start || at == line.length()) {
                return false;
            }
            at++;
        }
        return at < line.length();
    }

    /** Referrer, user agent, and the columns behind, which have no quotes. */
    private static void clientsAndRest(String text, List<String> values) {
        int last = text.lastIndexOf('"');
        if (last <= 0) {
            values.addAll(Arrays.asList(text.split(" ", -1)));
            return;
        }
        String clients = text.substring(0, last + 1);
        int between = clients.startsWith("\"") ? clients.indexOf("\" \"", 1) : -1;
        if (between > 0) {
            values.add(clients.substring(1, between));
            values.add(unquoted(clients.substring(between + 2)));
        } else {
            values.addAll(LogColumns.split(clients, -1, false));
        }
        String rest = text.substring(last + 1).strip();
        if (!rest.isEmpty()) {
            values.addAll(Arrays.asList(rest.split(" ", -1)));
        }
    }

    private static String unquoted(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
