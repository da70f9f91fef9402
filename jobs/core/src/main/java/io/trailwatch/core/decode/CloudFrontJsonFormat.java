package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Standard logs of CloudFront, version 2, as JSON (document "Configure standard logging (v2)"): the
 * same fields as in {@link CloudFrontFormat}, those that the user chose.
 *
 * <p>Identity: {@code cf/<x-edge-request-id>}, as there, so that the two renderings of one request
 * are one.
 */
final class CloudFrontJsonFormat implements JsonFormat {
    static final CloudFrontJsonFormat INSTANCE = new CloudFrontJsonFormat();

    private CloudFrontJsonFormat() {}

    @Override
    public String name() {
        return "cloudfront-json";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.has("x-edge-request-id")
                || fields.has("x-edge-location")
                || fields.has("c-ip") && fields.has("sc-status");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String requestId = fields.text("x-edge-request-id");
        return requestId == null || requestId.isEmpty() || requestId.equals("-")
                ? List.of("cf")
                : List.of("cf", requestId);
    }

    @Override
    public long hour(JsonFields fields) {
        return CloudFrontFields.hour(
                name -> {
                    String text = fields.text(name);
                    return text == null || text.isEmpty() || text.equals("-") ? null : text;
                });
    }

    @Override
    public HttpRequest decode(ObjectNode json, LogEvent event) throws RejectedException {
        Map<String, String> columns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String text = JsonRecord.json(field.getValue());
            if (text != null && !text.isEmpty() && !text.equals("-")) {
                columns.put(field.getKey(), text);
            }
        }
        return CloudFrontFields.request(
                LogColumns.of(columns),
                null,
                json,
                event.provenance(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }
}
