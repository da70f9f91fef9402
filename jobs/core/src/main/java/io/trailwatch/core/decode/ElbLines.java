package io.trailwatch.core.decode;

import io.trailwatch.quarantine.RejectReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the access logs of the load balancers have in common. */
final class ElbLines {
    static final String SERVICE = "elasticloadbalancing.amazonaws.com";

    private ElbLines() {}

    /** A request line; each part is null when it holds {@code -}. */
    record Request(@Nullable String method, HttpUrl url, @Nullable String version) {
        private static final Request NONE = new Request(null, HttpUrl.UNKNOWN, null);
    }

    /**
     * Cuts a line; values are those of the log, unescaped.
     *
     * @throws RejectedException if there are fewer columns than any version of the log has
     */
    static List<String> split(String line, int minColumns, String what) throws RejectedException {
        List<String> values = LogColumns.split(line, -1, true);
        if (values.size() < minColumns) {
            throw new RejectedException(
                    RejectReason.COLUMN_COUNT,
                    "%s has %d columns, must have at least %d"
                            .formatted(what, values.size(), minColumns));
        }
        return values;
    }

    /**
     * Reads {@code method url version}. The URL may hold spaces of a hostile request: the method
     * ends at the first one, the version begins behind the last.
     */
    static Request request(@Nullable String line) {
        if (line == null) {
            return Request.NONE;
        }
        int first = line.indexOf(' ');
        String stripped = line.stripTrailing();
        int last = stripped.lastIndexOf(' ');
        if (first < 0 || last <= first) {
            return new Request(null, url(line), null);
        }
        String method = orNull(stripped.substring(0, first));
        String url = stripped.substring(first + 1, last);
        if (method == null && url.length() > 1 && url.endsWith("-")) {
            url = url.substring(0, url.length() - 1); // a path that is not told either
        }
        return new Request(method, url(url), orNull(stripped.substring(last + 1)));
    }

    private static HttpUrl url(String text) {
        String url = text.strip();
        return url.isEmpty() || url.equals("-") ? HttpUrl.UNKNOWN : HttpUrl.parse(url);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() || text.equals("-") ? null : text;
    }

    /** The name within {@code app/name/id}; the whole where it is a name. */
    static String name(String elb) {
        String[] parts = elb.split("/", -1);
        return parts.length == 3 ? parts[1] : elb;
    }

    /** TLS of the client's connection; null when the log has no version of it. */
    static HttpRequest.@Nullable Tls tls(
            LogColumns columns,
            String versionColumn,
            String cipherColumn,
            @Nullable String serverName,
            @Nullable Integer handshakeMillis) {
        String version = columns.take(versionColumn);
        return version == null
                ? null
                : new HttpRequest.Tls(
                        version, columns.take(cipherColumn), serverName, handshakeMillis);
    }
}
