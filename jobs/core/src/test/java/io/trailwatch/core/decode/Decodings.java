package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.util.ArrayList;
import java.util.List;

/** Records the whole way from bytes to what they say. */
public final class Decodings {
    private static final Decoder DECODER = new Decoder(DecodeLimits.DEFAULT);

    private Decodings() {}

    /** The events of a record; fails where a piece of it is rejected. */
    public static List<DecodedEvent> all(String content) {
        Unwrapped pieces = Unwrapped.of(content);
        assertThat(pieces.rejections).isEmpty();
        List<DecodedEvent> events = new ArrayList<>();
        for (LogEvent event : pieces.events) {
            DECODER.decode(event)
                    .route(
                            events::add,
                            (reason, detail) -> {
                                throw new AssertionError(reason + ": " + detail);
                            });
        }
        return events;
    }

    /** The only event of a record. */
    public static DecodedEvent one(String content) {
        List<DecodedEvent> events = all(content);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    public static <T extends EventBody> T body(Class<T> type, String content) {
        EventBody body = one(content).body();
        assertThat(body).isInstanceOf(type);
        return type.cast(body);
    }

    /** Why an event of this format cannot be read. */
    public static String rejection(LogKind kind, String format, String payload) {
        LogEvent event =
                new LogEvent(
                        kind,
                        "key",
                        0,
                        format,
                        Origin.of(Unwrapped.record(new byte[0]), 0),
                        Provenance.NONE,
                        false,
                        Unwrapped.bytes(payload));
        List<String> details = new ArrayList<>();
        DECODER.decode(event)
                .route(
                        accepted -> {
                            throw new AssertionError("was read: " + accepted.body());
                        },
                        (reason, detail) -> details.add(reason + ": " + detail));
        return details.get(0);
    }
}
