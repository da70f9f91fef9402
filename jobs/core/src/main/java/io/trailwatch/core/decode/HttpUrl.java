package io.trailwatch.core.decode;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A URL as a log writes it, cut but not corrected: requests are hostile, and what is no URL must
 * still be seen.
 *
 * @param text the whole, as far as known; null when nothing is
 * @param host lower case, IPv6 without brackets
 */
public record HttpUrl(
        @Nullable String text,
        @Nullable String scheme,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String path,
        @Nullable String query) {
    static final HttpUrl UNKNOWN = new HttpUrl(null, null, null, null, null, null);

    private static final int MAX_PORT = 65_535;

    /** Cuts an absolute URL, or a path. */
    static HttpUrl parse(String text) {
        int authority = text.indexOf("://");
        if (authority <= 0 || text.startsWith("/")) {
            return path(text, null, null);
        }
        int from = authority + 3;
        int to = from;
        while (to < text.length() && "/?#".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        String host = text.substring(from, to);
        Integer port = null;
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && colon > host.lastIndexOf(']')) {
            port = port(host.substring(colon + 1));
            if (port != null) {
                host = host.substring(0, colon);
            }
        }
        HttpUrl rest = path(text.substring(to), null, null);
        return new HttpUrl(
                text,
                text.substring(0, authority).toLowerCase(Locale.ROOT),
                host(host),
                port,
                rest.path(),
                rest.query());
    }

    /** Cuts a path with or without a query; scheme and host are told elsewhere. */
    static HttpUrl path(String text, @Nullable String scheme, @Nullable String host) {
        int question = text.indexOf('?');
        String path = question < 0 ? text : text.substring(0, question);
        return of(scheme, host, path, question < 0 ? null : text.substring(question + 1));
    }

    /** Puts together what a log tells apart. */
    static HttpUrl of(
            @Nullable String scheme,
            @Nullable String host,
            @Nullable String path,
            @Nullable String query) {
        String name = host(host);
        Integer port = null;
        if (name != null) {
            int colon = name.lastIndexOf(':');
            if (colon >= 0 && name.indexOf(':') == colon) {
                port = port(name.substring(colon + 1));
                name = port == null ? name : name.substring(0, colon);
            }
        }
        StringBuilder text = new StringBuilder();
        if (scheme != null && host != null) {
            text.append(scheme.toLowerCase(Locale.ROOT)).append("://").append(host);
        }
        if (path != null) {
            text.append(path);
        }
        if (query != null) {
            text.append('?').append(query);
        }
        return new HttpUrl(
                text.isEmpty() ? null : text.toString(),
                scheme == null ? null : scheme.toLowerCase(Locale.ROOT),
                name,
                port,
                path == null || path.isEmpty() ? null : path,
                query);
    }

    private static @Nullable String host(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return null;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]")
                ? name.substring(1, name.length() - 1)
                : name;
    }

    private static @Nullable Integer port(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
            return null;
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            port = port * 10 + digit;
        }
        return port <= MAX_PORT ? port : null;
    }
}
