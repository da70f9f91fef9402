package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Keeps the pieces of a raw record, and makes the records of the tests here. */
public class Unwrapped implements Pieces {
    public static final Instant ARRIVAL = Instant.parse("2026-11-20T08:05:00Z");

    public final List<LogEvent> events = new ArrayList<>();
    public final List<String> controls = new ArrayList<>();
    public final List<Quarantined> rejections = new ArrayList<>();
    public final List<Integer> indexes = new ArrayList<>();

    public static Unwrapped of(String content) {
        return of(bytes(content));
    }

    public static Unwrapped of(byte[] payload) {
        return of(payload, UnwrapSettings.DEFAULT);
    }

    public static Unwrapped of(byte[] payload, DecodeLimits limits) {
        return of(payload, new UnwrapSettings(SourceHint.AUTO, null, limits));
    }

    public static Unwrapped of(byte[] payload, UnwrapSettings settings) {
        Unwrapped pieces = new Unwrapped();
        new Unwrapper(settings).unwrap(record(payload), pieces);
        return pieces;
    }

    public static RawRecord record(byte[] payload) {
        return RawRecord.of("arn:stream", "shard-0", "49", ARRIVAL, payload);
    }

    @Override
    public void event(LogEvent event) {
        events.add(event);
        indexes.add(event.origin().index());
    }

    @Override
    public void control(Origin origin, String what) {
        controls.add(what);
        indexes.add(origin.index());
    }

    @Override
    public void reject(Quarantined rejected) {
        rejections.add(rejected);
        indexes.add(rejected.origin().index());
    }

    public List<String> keys() {
        return events.stream().map(LogEvent::key).toList();
    }

    public List<String> payloads() {
        return events.stream().map(e -> text(e.payload())).toList();
    }

    public List<RejectReason> reasons() {
        return rejections.stream().map(Quarantined::reason).toList();
    }

    public List<String> rejectedTexts() {
        return rejections.stream().map(r -> text(r.payload())).toList();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A small CloudTrail record; its key is {@code ct/111122223333/<id>}. */
    public static String cloudTrail(String id) {
        return ("{\"eventVersion\":\"1.11\",\"eventTime\":\"2026-11-20T08:03:11Z\","
                        + "\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"CreateUser\","
                        + "\"userIdentity\":{\"accountId\":\"444455556666\"},\"eventID\":\"%s\","
                        + "\"recipientAccountId\":\"111122223333\"}")
                .formatted(id);
    }

    public static byte[] sample(String name) {
        try (InputStream in =
                LogEvent.class.getResourceAsStream("/io/trailwatch/samples/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzip(byte[]... members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] member : members) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(member);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes.toByteArray();
    }
}
