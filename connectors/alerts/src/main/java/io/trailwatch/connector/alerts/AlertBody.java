package io.trailwatch.connector.alerts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.trailwatch.finding.Finding;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A finding as an alert: the JSON object that {@code findings --json} prints, and the version of
 * the form before it.
 *
 * <p>A message of SNS or SQS holds 256 KiB. Of a finding too large for it, evidence is left out
 * from its end and {@code evidence_truncated} is true; if that is not enough, every text is cut to
 * {@value #CUT_TEXT_CHARS} characters and {@code text_truncated} is true.
 */
final class AlertBody {
    /** Version of the form. Fields are added under the same version, never renamed or removed. */
    static final String SCHEMA = "trailwatch.alert.v1";

    /** SNS API reference, Publish, and SQS API reference, SendMessage: 262,144 bytes. */
    static final int MAX_MESSAGE_BYTES = 256 * 1024;

    /** SNS API reference, Publish, Subject: less than 100 characters. */
    static final int MAX_SUBJECT_CHARS = 99;

    /** Escaped, all texts together stay below a message then. */
    static final int CUT_TEXT_CHARS = 2000;

    private static final int MAX_ATTRIBUTE_CHARS = 256;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private AlertBody() {}

    /**
     * @throws AlertException if the finding is too large even after cutting; only a rule with
     *     thousands of techniques can make one
     */
    static AlertRequest of(Finding finding) {
        String severity = finding.severity().label();
        String ruleId = attribute(finding.ruleId());
        String account = finding.account() == null ? null : attribute(finding.account());
        String subject = subject(finding);
        int limit =
                MAX_MESSAGE_BYTES - AlertRequest.overheadBytes(severity, ruleId, account, subject);
        return new AlertRequest(
                attribute(finding.id()),
                Hashes.sha256Hex(finding.entity(), 16),
                severity,
                ruleId,
                account == null || account.isEmpty() ? null : account,
                subject,
                body(finding, limit));
    }

    private static String subject(Finding finding) {
        return ascii(
                "[%s] %s: %s"
                        .formatted(
                                finding.severity().name().toUpperCase(Locale.ROOT),
                                finding.ruleTitle(),
                                finding.entity()),
                MAX_SUBJECT_CHARS);
    }

    private static String attribute(String text) {
        return ascii(text, MAX_ATTRIBUTE_CHARS);
    }

    /** Text of logs may hold anything; what is not printable ASCII becomes a question mark. */
    private static String ascii(String text, int maxChars) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), maxChars));
        for (int i = 0; i < text.length() && i < maxChars; i++) {
            char c = text.charAt(i);
            kept.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return kept.toString();
    }

    private static String body(Finding finding, int limitBytes) {
        String whole = json(finding, finding.evidence().size(), false);
        if (whole.length() <= limitBytes) {
            return whole;
        }
        boolean cutTexts = json(finding, 0, false).length() > limitBytes;
        int fits = -1;
        // The body grows with every piece of evidence, so that the most that fits can be bisected.
        for (int low = 0, high = finding.evidence().size(); low <= high; ) {
            int middle = (low + high) / 2;
            if (json(finding, middle, cutTexts).length() <= limitBytes) {
                fits = middle;
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (fits < 0) {
            throw new AlertException(
                    "alert of finding %s has %d bytes without evidence and with short texts, limit %d"
                            .formatted(finding.id(), json(finding, 0, true).length(), limitBytes));
        }
        return json(finding, fits, cutTexts);
    }

    private static String json(Finding finding, int evidenceCount, boolean cutTexts) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            Fields fields = new Fields(json, cutTexts);
            json.writeStartObject();
            json.writeStringField("schema", SCHEMA);
            fields.text("id", finding.id());
            fields.text("time", finding.time().toString());
            fields.text("rule_id", finding.ruleId());
            fields.text("rule_title", finding.ruleTitle());
            fields.text("rule_version", finding.ruleVersion());
            fields.text("rule_author", finding.ruleAuthor());
            fields.text("severity", finding.severity().label());
            fields.text("entity_type", finding.entityType());
            fields.text("entity", finding.entity());
            fields.text("account", finding.account());
            fields.text("region", finding.region());
            fields.texts("techniques", finding.techniques());
            fields.texts("evidence", finding.evidence().subList(0, evidenceCount));
            fields.text("first_seen", finding.firstSeen().toString());
            fields.text("last_seen", finding.lastSeen().toString());
            json.writeNumberField("count", finding.count());
            fields.text("message", finding.message());
            if (evidenceCount < finding.evidence().size()) {
                json.writeBooleanField("evidence_truncated", true);
            }
            if (cutTexts) {
                json.writeBooleanField("text_truncated", true);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Jackson leaves DEL as it is, which terminals read as a control character.
        return text.toString().replace("\u007f", "\\u007f");
    }

    private record Fields(JsonGenerator json, boolean cutTexts) {
        void text(String name, @Nullable String value) throws IOException {
            if (value == null) {
                json.writeNullField(name);
            } else {
                json.writeStringField(name, cut(value));
            }
        }

        void texts(String name, List<String> values) throws IOException {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(cut(value));
            }
            json.writeEndArray();
        }

        private String cut(String value) {
            return cutTexts && value.length() > CUT_TEXT_CHARS
                    ? value.substring(0, CUT_TEXT_CHARS)
                    : value;
        }
    }
}
