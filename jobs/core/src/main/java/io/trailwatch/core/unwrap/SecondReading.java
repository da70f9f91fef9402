package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is in quarantine with the formats and settings of today. An event that was cut already
 * is taken as it was cut, with its key, when it can be decoded so; all else is unwrapped again. Not
 * safe for several threads.
 */
public final class SecondReading {
    /**
     * Of what never was a log: the notice that the source lost records, and the rules that were
     * refused.
     */
    private static final Set<String> STAGES_WITHOUT_LOG = Set.of("source", "rules");

    private final Unwrapper unwrapper;
    private final Decoder decoder;

    /**
     * @param schemas reads records of a schema registry; stays open
     */
    public SecondReading(UnwrapSettings settings, SchemaResolver schemas) {
        unwrapper = new Unwrapper(settings, schemas);
        decoder = new Decoder(settings.formats(), settings.limits());
    }

    /** How much of a quarantined piece can be read now. */
    public enum Verdict {
        /** All of it: every piece of it is an event or a control message. */
        READABLE,
        /** Some pieces of it, and others not. */
        PARTLY,
        /** Nothing of it. */
        REJECTED,
        /** It cannot be told: only its head was kept. */
        HEAD_ONLY
    }

    /**
     * What a second reading gives.
     *
     * @param keys keys of the events, in their order; empty unless it is readable
     * @param reason why the first piece that cannot be read is rejected today; null when all can be
     *     read, or only the head was kept
     * @param detail of the reason; empty without one
     */
    public record Outcome(
            Verdict verdict, List<String> keys, @Nullable RejectReason reason, String detail) {}

    /** Whether all of a piece can be read now; nothing is handed on. */
    public Outcome check(Quarantined piece) {
        if (STAGES_WITHOUT_LOG.contains(piece.stage())) {
            return new Outcome(Verdict.REJECTED, List.of(), piece.reason(), piece.detail());
        }
        if (!piece.isWhole()) {
            return new Outcome(Verdict.HEAD_ONLY, List.of(), null, "");
        }
        Check check = new Check();
        read(piece, check);
        if (check.reason == null) {
            return new Outcome(Verdict.READABLE, List.copyOf(check.keys), null, "");
        }
        return new Outcome(
                check.good > 0 ? Verdict.PARTLY : Verdict.REJECTED,
                List.of(),
                check.reason,
                check.detail);
    }

    /** Hands every piece of a whole piece to {@code out}. */
    public void read(Quarantined piece, Pieces out) {
        Optional<LogEvent> asCut =
                piece.asEvent().filter(event -> decoder.decode(event) instanceof Decoded.Accepted);
        if (asCut.isPresent()) {
            out.event(asCut.get());
        } else {
            unwrapper.unwrapAgain(piece, out);
        }
    }

    private final class Check implements Pieces {
        private final List<String> keys = new ArrayList<>();
        private long good;
        private @Nullable RejectReason reason;
        private String detail = "";

        @Override
        public void event(LogEvent event) {
            decoder.decode(event)
                    .route(
                            decoded -> {
                                good++;
                                if (reason == null) { // else nobody asks for keys
                                    keys.add(event.key());
                                }
                            },
                            this::note);
        }

        @Override
        public void control(Origin origin, String what) {
            good++;
        }

        @Override
        public void reject(Quarantined rejected) {
            note(rejected.reason(), rejected.detail());
        }

        private void note(RejectReason why, String how) {
            if (reason == null) {
                reason = why;
                detail = Quarantined.printable(how);
                keys.clear();
            }
        }
    }
}
