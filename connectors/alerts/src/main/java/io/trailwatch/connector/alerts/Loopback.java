package io.trailwatch.connector.alerts;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hosts that never leave this machine, told by their text: nothing is resolved. */
final class Loopback {
    private static final Pattern IPV4 = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    private Loopback() {}

    static boolean isNamedBy(@Nullable String host) {
        return host != null
                && (host.equalsIgnoreCase("localhost")
                        || host.equals("[::1]")
                        || IPV4.matcher(host).matches());
    }
}
