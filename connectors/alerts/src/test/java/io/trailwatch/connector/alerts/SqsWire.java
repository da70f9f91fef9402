package io.trailwatch.connector.alerts;

import io.trailwatch.connector.alerts.LoopbackServer.Answer;
import io.trailwatch.connector.alerts.LoopbackServer.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/** SendMessageBatch in SQS's JSON protocol. */
final class SqsWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SqsWire() {}

    static JsonNode request(Call call) {
        try {
            return JSON.readTree(call.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Message> messages(Call call) {
        if (!"AmazonSQS.SendMessageBatch".equals(call.headers().get("x-amz-target"))) {
            throw new IllegalArgumentException("not SendMessageBatch: " + call.headers());
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode entry : request(call).get("Entries")) {
            Map<String, String> attributes = new TreeMap<>();
            entry.path("MessageAttributes")
                    .fields()
                    .forEachRemaining(
                            field ->
                                    attributes.put(
                                            field.getKey(),
                                            field.getValue().get("StringValue").asText()));
            messages.add(
                    new Message(
                            entry.get("Id").asText(),
                            entry.get("MessageBody").asText(),
                            null,
                            entry.path("MessageGroupId").asText(null),
                            entry.path("MessageDeduplicationId").asText(null),
                            attributes));
        }
        return messages;
    }

    static Answer taken(Call call) {
        return partly(call, Map.of(), false);
    }

    /**
     * @param failures code by id of the entries that fail
     */
    static Answer partly(Call call, Map<String, String> failures, boolean senderFault) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode taken = answer.putArray("Successful");
        ArrayNode failed = answer.putArray("Failed");
        for (Message message : messages(call)) {
            String code = failures.get(message.id());
            if (code == null) {
                taken.addObject()
                        .put("Id", message.id())
                        .put("MessageId", "m")
                        .put("MD5OfMessageBody", "not checked");
            } else {
                failed.addObject()
                        .put("Id", message.id())
                        .put("Code", code)
                        .put("Message", "by the test")
                        .put("SenderFault", senderFault);
            }
        }
        return Answer.of(200, answer.toString());
    }

    static Answer error(int status, String code) {
        return Answer.of(
                status,
                "{\"__type\":\"com.amazonaws.sqs#%s\",\"message\":\"by the test\"}"
                        .formatted(code));
    }
}
