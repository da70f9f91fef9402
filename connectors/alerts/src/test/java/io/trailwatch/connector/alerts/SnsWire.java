package io.trailwatch.connector.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.connector.alerts.LoopbackServer.Answer;
import io.trailwatch.connector.alerts.LoopbackServer.Call;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** PublishBatch in SNS's query protocol: form in, XML out. */
final class SnsWire {
    private SnsWire() {}

    static Map<String, String> form(Call call) {
        Map<String, String> form = new TreeMap<>();
        for (String pair : call.body().split("&", -1)) {
            String[] sides = pair.split("=", 2);
            form.put(URLDecoder.decode(sides[0], UTF_8), URLDecoder.decode(sides[1], UTF_8));
        }
        return form;
    }

    static List<Message> messages(Call call) {
        Map<String, String> form = form(call);
        if (!"PublishBatch".equals(form.get("Action"))) {
            throw new IllegalArgumentException("not PublishBatch: " + form.get("Action"));
        }
        List<Message> messages = new ArrayList<>();
        for (int member = 1; ; member++) {
            String prefix = "PublishBatchRequestEntries.member." + member + ".";
            if (!form.containsKey(prefix + "Id")) {
                return messages;
            }
            Map<String, String> attributes = new TreeMap<>();
            for (int entry = 1; ; entry++) {
                String attribute = prefix + "MessageAttributes.entry." + entry + ".";
                if (!form.containsKey(attribute + "Name")) {
                    break;
                }
                attributes.put(
                        form.get(attribute + "Name"), form.get(attribute + "Value.StringValue"));
            }
            messages.add(
                    new Message(
                            form.get(prefix + "Id"),
                            form.get(prefix + "Message"),
                            form.get(prefix + "Subject"),
                            form.get(prefix + "MessageGroupId"),
                            form.get(prefix + "MessageDeduplicationId"),
                            attributes));
        }
    }

    static Answer taken(Call call) {
        return partly(call, Map.of(), false);
    }

    /**
     * @param failures code by id of the entries that fail
     */
    static Answer partly(Call call, Map<String, String> failures, boolean senderFault) {
        StringBuilder failed = new StringBuilder();
        StringBuilder taken = new StringBuilder();
        for (Message message : messages(call)) {
            String code = failures.get(message.id());
            if (code == null) {
                taken.append(
                        "<member><Id>%s</Id><MessageId>m</MessageId></member>"
                                .formatted(message.id()));
            } else {
                failed.append(
                        "<member><Id>%s</Id><Code>%s</Code><Message>by the test</Message><SenderFault>%s</SenderFault></member>"
                                .formatted(message.id(), code, senderFault));
            }
        }
        return Answer.of(
                200,
                "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Failed>%s</Failed><Successful>%s</Successful></PublishBatchResult></PublishBatchResponse>"
                        .formatted(failed, taken));
    }

    static Answer error(int status, String code) {
        return Answer.of(
                status,
                "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>by the test</Message></Error></ErrorResponse>"
                        .formatted(code));
    }
}
