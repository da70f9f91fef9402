package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import java.util.ArrayList;
import java.util.List;

/** Takes the whole way from a raw record to application events. */
final class AppEventReading {
    private AppEventReading() {}

    /** The application events of a text, all of whose pieces are such events. */
    static List<AppEvent> events(String text) {
        Unwrapped pieces = Unwrapped.of(text);
        assertThat(pieces.rejections).isEmpty();
        List<AppEvent> events = new ArrayList<>();
        for (LogEvent event : pieces.events) {
            AppEvent app = decoded(event);
            assertThat(event.kind()).isEqualTo(LogKind.APP_EVENT);
            if (event.eventHour() != 0) {
                assertThat(event.eventHour()).isEqualTo(app.time().getEpochSecond() / 3_600);
            }
            events.add(app);
        }
        return events;
    }

    static AppEvent only(String text) {
        List<AppEvent> events = events(text);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    static AppEvent decoded(LogEvent event) {
        Decoded<DecodedEvent> decoded = new Decoder(DecodeLimits.DEFAULT).decode(event);
        assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
        return (AppEvent) ((Decoded.Accepted<DecodedEvent>) decoded).value().body();
    }

    /** Why a text that is one event cannot be decoded. */
    static String rejection(String text) {
        Unwrapped pieces = Unwrapped.of(text);
        assertThat(pieces.events).hasSize(1);
        Decoded<DecodedEvent> decoded =
                new Decoder(DecodeLimits.DEFAULT).decode(pieces.events.get(0));
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        Decoded.Rejected<DecodedEvent> rejected = (Decoded.Rejected<DecodedEvent>) decoded;
        return rejected.reason() + ": " + rejected.detail();
    }

    static List<String> keys(String text) {
        return Unwrapped.of(text).keys();
    }
}
