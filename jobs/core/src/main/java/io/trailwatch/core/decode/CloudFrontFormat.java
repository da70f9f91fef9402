package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Standard logs of CloudFront as text (document "Standard logging reference"): tabs divide the
 * values, and a header names the columns, which with standard logging v2 are the user's choice. A
 * line without its header cannot be read.
 *
 * <p>Identity: {@code cf/<x-edge-request-id>}, where the columns hold one; CloudFront makes it for
 * each request, and it is the same in a file delivered again.
 */
final class CloudFrontFormat implements LineFormat {
    static final CloudFrontFormat INSTANCE = new CloudFrontFormat();

    static final String NAME = "cloudfront";

    private static final String VERSION = "#Version:";
    private static final String FIELDS = "#Fields:";
    private static final int MAX_HEADER_CHARS = 10_000;

    private CloudFrontFormat() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    /** Of two header lines the first one only names the version; the second names the columns. */
    @Override
    public @Nullable String header(String line) {
        if (line.startsWith(VERSION) && line.substring(VERSION.length()).strip().equals("1.0")) {
            return NAME;
        }
        if (!line.startsWith(FIELDS) || line.length() > MAX_HEADER_CHARS) {
            return null;
        }
        String names = line.substring(FIELDS.length()).strip().replaceAll("\\s+", " ");
        return Arrays.stream(names.split(" ", -1)).anyMatch(CloudFrontFields::isOwn)
                ? NAME + " " + names
                : null;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        return false;
    }

    @Override
    public List<String> identity(String line, String format) {
        String requestId = value(line, format, "x-edge-request-id");
        return requestId == null ? List.of("cf") : List.of("cf", requestId);
    }

    @Override
    public long hour(String line, String format) {
        return CloudFrontFields.hour(name -> value(line, format, name));
    }

    @Override
    public HttpRequest decode(String line, LogEvent event) throws RejectedException {
        List<String> names = names(event.format());
        if (names.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNKNOWN_FORMAT,
                    "CloudFront entry has no #Fields header before it that names its columns");
        }
        List<String> values = Arrays.asList(line.split("\t", -1));
        if (values.size() < names.size()) {
            throw new RejectedException(
                    RejectReason.COLUMN_COUNT,
                    "CloudFront entry has %d columns, its header names %d"
                            .formatted(values.size(), names.size()));
        }
        return CloudFrontFields.request(
                LogColumns.of(names, values), "1.0", null, event.provenance(), line);
    }

    private static List<String> names(String format) {
        return format.length() <= NAME.length()
                ? List.of()
                : List.of(format.substring(NAME.length() + 1).split(" ", -1));
    }

    private static @Nullable String value(String line, String format, String name) {
        int column = names(format).indexOf(name);
        if (column < 0) {
            return null;
        }
        String[] values = line.split("\t", column + 2);
        return values.length <= column || values[column].isEmpty() || values[column].equals("-")
                ? null
                : values[column];
    }
}
