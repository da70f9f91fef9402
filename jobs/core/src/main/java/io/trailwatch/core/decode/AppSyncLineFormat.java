package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Log entries of AWS AppSync that are lines of text: the id of the request and what happened
 * (document "Using CloudWatch Logs to monitor and log GraphQL API data", section "Request-level
 * logs"). They are known by their log group, or by their words where that is not told.
 *
 * <p>Time: that of the log event in CloudWatch Logs, since the lines tell none.
 *
 * <p>Identity: none. Equal lines of one request would be one event, did not CloudWatch Logs give
 * each an id of its own, on the only way by which they come.
 */
final class AppSyncLineFormat implements LineFormat {
    static final AppSyncLineFormat INSTANCE = new AppSyncLineFormat();

    static final String LOG_GROUP = "/aws/appsync/apis/";

    private static final int ID_CHARS = 36;
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** What lines begin with behind the id. */
    private static final Set<String> WORDS =
            Set.of(
                    "Begin Request",
                    "End Request",
                    "GraphQL Query",
                    "Begin Execution",
                    "End Execution",
                    "Begin Tracing",
                    "End Tracing",
                    "End Field Execution",
                    "Request Headers",
                    "Response Headers",
                    "Tokens Consumed");

    /** Most words that name what a line is; behind them come values. */
    private static final int MAX_TYPE_CHARS = 60;

    /** A header as Java prints a map of lists: {@code name=[value]}. */
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,100})=\\[([^\\]]*)\\]");

    private AppSyncLineFormat() {}

    static boolean isAppSync(String logGroup) {
        return logGroup.startsWith(LOG_GROUP);
    }

    @Override
    public String name() {
        return "appsync-line";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        if (isAppSync(provenance.logGroup())) {
            return true;
        }
        String what = afterId(line);
        return what != null && WORDS.stream().anyMatch(what::startsWith);
    }

    @Override
    public List<String> identity(String line, String format) {
        return List.of("as");
    }

    @Override
    public long hour(String line, String format) {
        return 0;
    }

    @Override
    public AppEvent decode(String line, LogEvent event) {
        String what = afterId(line);
        String entry = what == null ? line : what;
        String title = title(entry);
        Attributes attributes = new Attributes();
        if (what != null) {
            attributes.put("requestId", line.substring(0, ID_CHARS));
        }
        String logGroup = event.provenance().logGroup();
        if (isAppSync(logGroup)) {
            attributes.put("graphQLAPIId", logGroup.substring(LOG_GROUP.length()));
        }
        String value = entry.substring(Math.min(title.length() + 1, entry.length())).strip();
        String address = null;
        String agent = null;
        if (title.equals("Request Headers")) {
            address = clientAddress(header(value, "x-forwarded-for"));
            agent = header(value, "user-agent");
            // Of the headers only these: others carry what signs a request in.
            attributes.put("x-forwarded-for", header(value, "x-forwarded-for"));
            attributes.put("host", header(value, "host"));
        } else if (!title.equals("Response Headers")) {
            attributes.put("value", value.equals(entry) ? null : value);
        }
        return new AppEvent(
                AppSyncFormat.SCHEMA,
                event.key(),
                TimeFormat.withoutOwn(event),
                type(title),
                null,
                null,
                address,
                agent,
                null,
                attributes.putProvenance(event.provenance()).toMap(),
                line);
    }

    private static String type(String title) {
        return title.isEmpty()
                ? "appsync.line"
                : "appsync." + JsonValues.snakeCase(title.replace("GraphQL", "Graphql"));
    }

    /**
     * The address the client speaks from, of the proxies that {@code x-forwarded-for} lists.
     * AppSync stands behind CloudFront, which adds itself last and the client before: whatever
     * stands further left the client may have written itself.
     */
    static @Nullable String clientAddress(@Nullable String forwardedFor) {
        if (forwardedFor == null) {
            return null;
        }
        String[] hops = forwardedFor.strip().split("\\s*,\\s*");
        String client = hops.length == 0 ? "" : hops[Math.max(hops.length - 2, 0)];
        return client.isEmpty() ? null : client;
    }

    private static @Nullable String afterId(String line) {
        return line.length() > ID_CHARS
                        && line.charAt(ID_CHARS) == ' '
                        && ID.matcher(line.substring(0, ID_CHARS)).matches()
                ? line.substring(ID_CHARS + 1).strip()
                : null;
    }

    /** The words before the first colon, or all where there is none; empty if that is no title. */
    private static String title(String entry) {
        for (String words : WORDS) {
            if (entry.startsWith(words)) {
                return words;
            }
        }
        int colon = entry.indexOf(':');
        String title = colon < 0 ? entry : entry.substring(0, colon);
        return title.length() > MAX_TYPE_CHARS || title.indexOf('{') >= 0 ? "" : title;
    }

    private static @Nullable String header(String headers, String name) {
        Matcher matcher = HEADER.matcher(headers);
        while (matcher.find()) {
            if (matcher.group(1).equalsIgnoreCase(name)) {
                return matcher.group(2);
            }
        }
        return null;
    }
}
