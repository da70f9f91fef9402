package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of state that Amazon CloudWatch alarms notify by SNS (document "Using Amazon CloudWatch
 * alarms", section on notifications). Those by EventBridge are {@link EventBridgeFormat}'s.
 *
 * <p>Identity: {@code alarm/<ARN>/<StateChangeTime>/<NewStateValue>}. An alarm is in one state at a
 * time; a repeated notification tells the same change.
 */
final class AlarmFormat implements JsonFormat {
    static final AlarmFormat INSTANCE = new AlarmFormat();

    private static final String TIME = "StateChangeTime";

    private AlarmFormat() {}

    @Override
    public String name() {
        return "cloudwatch-alarm";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.has("AlarmName") && fields.has("NewStateValue") && fields.has(TIME);
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String arn = text(fields, "AlarmArn");
        String time = text(fields, TIME);
        String state = text(fields, "NewStateValue");
        return arn == null || time == null || state == null
                ? List.of("alarm")
                : List.of("alarm", arn, time, state);
    }

    @Override
    public long hour(JsonFields fields) {
        return TimeFormat.ISO_8601.hour(withColon(text(fields, TIME)));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        String time = withColon(JsonValues.required(json, TIME));
        return new AppEvent(
                "aws.cloudwatch.alarm",
                event.key(),
                TimeFormat.ISO_8601.parse(TIME, time == null ? "" : time),
                "cloudwatch.alarm."
                        + JsonValues.required(json, "NewStateValue").toLowerCase(Locale.ROOT),
                null,
                null,
                null,
                null,
                null,
                new Attributes()
                        .put("aws_account", json.path("AWSAccountId"))
                        .putAll(json, Set.of("AWSAccountId", TIME))
                        .putProvenance(event.provenance())
                        .toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    /** CloudWatch writes the offset as {@code +0000}, ISO-8601 in its long form needs a colon. */
    private static @Nullable String withColon(@Nullable String time) {
        int length = time == null ? 0 : time.length();
        return time != null && length > 5 && "+-".indexOf(time.charAt(length - 5)) >= 0
                ? time.substring(0, length - 2) + ":" + time.substring(length - 2)
                : time;
    }
}
