package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.detect.correlation.CorrelationWindow.Step;
import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.finding.Finding;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the hits of one key of one correlation (Sigma correlation rules specification 2.1). It has
 * no clock: the same hits in {@link KeptHit#ORDER} give the same findings, with the same ids.
 *
 * <p>Windows slide and include both ends. A condition that is judged at once holds or not at every
 * hit, over the timespan that ends with it. Every other is judged when a window is over: each
 * instant with a hit opens one, which ends a timespan later.
 *
 * <p>A finding opens an episode, which lasts while the condition keeps being met at most a timespan
 * apart. One episode gives one finding, and a long one another every hour, or every timespan when
 * that is longer, so that two findings never begin with the same event.
 *
 * <p>One hit costs a fixed number of entries read and written, and each is taken out again once,
 * however many there are.
 */
public final class CorrelationFold {
    private static final Duration REMINDER = Duration.ofHours(1);

    /** Hits of a window whose events are looked at for evidence, besides the last. */
    private static final int EVIDENCE_HITS = Finding.MAX_EVIDENCE;

    private final Correlation correlation;
    private final CorrelationDefinition definition;
    private final String detectKey;
    private final int capacity;
    private final CorrelationState state;
    private final Output output;
    private final boolean atOnce;

    private long head;
    private long tail;
    private long headMillis;
    private long lastMillis;
    private long distinct;
    private long quantities;
    private BigDecimal sum = BigDecimal.ZERO;
    private long reportedAt;
    private long metAt;
    private long forgotten;
    private List<Step> steps = List.of();

    /** Who is told. */
    public interface Output {
        void found(CorrelationFinding found);

        /** A hit was not counted, or an older one no longer, because there were too many. */
        void passedOver();
    }

    /**
     * Goes on from the state of a key; {@link #close} puts back what changed.
     *
     * @param detectKey key of the hits, made for this correlation
     */
    public CorrelationFold(
            Correlation correlation,
            String detectKey,
            CorrelationLimits limits,
            CorrelationState state,
            Output output) {
        this.correlation = correlation;
        this.definition = correlation.definition();
        this.detectKey = detectKey;
        this.capacity = limits.hitsPerKey();
        this.state = state;
        this.output = output;
        this.atOnce = definition.judgesAtOnce();
        CorrelationWindow window = state.window();
        if (window == null) {
            reset();
        } else {
            head = window.head();
            tail = window.tail();
            headMillis = window.headMillis();
            lastMillis = window.lastMillis();
            distinct = window.distinct();
            quantities = window.quantities();
            sum = window.sum();
            reportedAt = window.reportedAt();
            metAt = window.metAt();
            forgotten = window.forgotten();
            steps = window.steps();
        }
    }

    /** Takes a hit, which comes after those before it in {@link KeptHit#ORDER}. */
    public void take(KeptHit hit) {
        settle(hit.timeMillis() - 1);
        if (tail - head >= capacity) {
            forgotten++;
            output.passedOver();
            if (!atOnce) {
                return;
            }
            removeOldest();
        }
        KeptHit kept = definition.type() == Type.TEMPORAL_ORDERED ? hit.after(step(hit)) : hit;
        if (head == tail) {
            headMillis = hit.timeMillis();
        }
        state.hits().put(tail, kept);
        tail++;
        lastMillis = hit.timeMillis();
        hit.items().forEach(this::add);
        if (atOnce) {
            judge(hit.timeMillis(), kept);
        }
    }

    /**
     * Takes note that all hits up to an instant have been taken: judges the windows that are over,
     * and forgets what no later window can hold.
     */
    public void settle(long instant) {
        long span = definition.timespanMillis();
        if (atOnce && head < tail && lastMillis + span <= instant) {
            reset();
            state.clear();
            return;
        }
        while (head < tail && headMillis + span <= instant) {
            long start = headMillis;
            if (!atOnce) {
                judge(start + span, hit(tail - 1));
            }
            while (head < tail && headMillis == start) {
                removeOldest();
            }
        }
        if (head == tail) {
            reset();
        }
    }

    /**
     * Puts back the totals.
     *
     * @return instant at which {@link #settle} must be called, at the latest; empty when nothing is
     *     kept
     */
    public OptionalLong close() {
        if (head == tail) {
            state.clear();
            return OptionalLong.empty();
        }
        state.update(
                new CorrelationWindow(
                        head,
                        tail,
                        headMillis,
                        lastMillis,
                        distinct,
                        quantities,
                        sum,
                        reportedAt,
                        metAt,
                        forgotten,
                        steps));
        return OptionalLong.of((atOnce ? lastMillis : headMillis) + definition.timespanMillis());
    }

    private void reset() {
        head = 0;
        tail = 0;
        headMillis = CorrelationWindow.NEVER;
        lastMillis = CorrelationWindow.NEVER;
        distinct = 0;
        quantities = 0;
        sum = BigDecimal.ZERO;
        reportedAt = CorrelationWindow.NEVER;
        metAt = CorrelationWindow.NEVER;
        forgotten = 0;
        steps =
                definition.type() == Type.TEMPORAL_ORDERED
                        ? Collections.nCopies(definition.rules(), Step.NONE)
                        : List.of();
    }

    private KeptHit hit(long number) {
        KeptHit hit = state.hits().get(number);
        if (hit == null) {
            throw new IllegalStateException(
                    "hit %d of %s is missing, kept are %d to %d"
                            .formatted(number, definition.id(), head, tail));
        }
        return hit;
    }

    private void removeOldest() {
        hit(head).items().forEach(this::subtract);
        state.hits().remove(head);
        head++;
        if (head < tail) {
            headMillis = hit(head).timeMillis();
        }
    }

    private void add(String item) {
        switch (definition.type()) {
            case EVENT_COUNT, TEMPORAL_ORDERED -> {}
            case VALUE_COUNT, TEMPORAL -> {
                Integer known = state.items().get(item);
                state.items().put(item, known == null ? 1 : known + 1);
                distinct += known == null ? 1 : 0;
            }
            case VALUE_SUM, VALUE_AVG -> {
                sum = sum.add(Quantities.of(item));
                quantities++;
            }
            case VALUE_PERCENTILE, VALUE_MEDIAN -> {
                new RankedValues(state.ranks()).add(Quantities.of(item).doubleValue());
                quantities++;
            }
        }
    }

    private void subtract(String item) {
        switch (definition.type()) {
            case EVENT_COUNT, TEMPORAL_ORDERED -> {}
            case VALUE_COUNT, TEMPORAL -> {
                Integer known = state.items().get(item);
                if (known == null || known == 1) {
                    state.items().remove(item);
                    distinct--;
                } else {
                    state.items().put(item, known - 1);
                }
            }
            case VALUE_SUM, VALUE_AVG -> {
                sum = sum.subtract(Quantities.of(item));
                quantities--;
            }
            case VALUE_PERCENTILE, VALUE_MEDIAN -> {
                new RankedValues(state.ranks()).remove(Quantities.of(item).doubleValue());
                quantities--;
            }
        }
    }

    /**
     * Notes which rules the hit fulfils in order. The latest hit of the rule before is always the
     * best one to follow: no chain through an earlier one begins later.
     *
     * @return number of the step before, for each item
     */
    private List<Long> step(KeptHit hit) {
        List<Step> next = new ArrayList<>(steps);
        List<Long> previous = new ArrayList<>();
        for (String item : hit.items()) {
            int rule = Integer.parseInt(item);
            // Read from the steps as they were: one event is never two steps.
            Step before = rule == 0 ? new Step(tail, tail) : steps.get(rule - 1);
            if (before.first() >= head) {
                next.set(rule, new Step(tail, before.first()));
                previous.add(before.hit());
            } else {
                previous.add(-1L);
            }
        }
        steps = List.copyOf(next);
        return previous;
    }

    /** Reports the window that ends now, if the condition holds and an episode begins. */
    private void judge(long now, KeptHit last) {
        if (!holds()) {
            return;
        }
        long span = definition.timespanMillis();
        boolean due =
                metAt == CorrelationWindow.NEVER
                        || now - metAt > span
                        || (now - reportedAt >= REMINDER.toMillis() && now - reportedAt > span);
        metAt = now;
        if (due) {
            reportedAt = now;
            report(now, last);
        }
    }

    private boolean holds() {
        if (definition.type() == Type.TEMPORAL_ORDERED) {
            Step end = steps.get(definition.rules() - 1);
            return end.hit() == tail - 1 && end.first() >= head;
        }
        return definition.operator().holds(sign());
    }

    /** Sign of the difference between the aggregate and the limit. */
    private int sign() {
        double limit = definition.limit();
        return switch (definition.type()) {
            case EVENT_COUNT -> Double.compare(tail - head, limit);
            case VALUE_COUNT, TEMPORAL, TEMPORAL_ORDERED -> Double.compare(distinct, limit);
            case VALUE_SUM -> sum.compareTo(BigDecimal.valueOf(limit));
            // Multiplied rather than divided, which would have to round.
            case VALUE_AVG ->
                    sum.compareTo(
                            BigDecimal.valueOf(limit).multiply(BigDecimal.valueOf(quantities)));
            case VALUE_PERCENTILE, VALUE_MEDIAN -> Double.compare(percentile(), limit);
        };
    }

    private double percentile() {
        double percentile = definition.type() == Type.VALUE_MEDIAN ? 50 : definition.percentile();
        return new RankedValues(state.ranks()).percentile(percentile);
    }

    private void report(long now, KeptHit last) {
        Mode mode = definition.mode(last.account(), now);
        if (mode == Mode.DISABLED) {
            return;
        }
        List<String> group = GroupKey.values(detectKey);
        List<KeptHit> shown =
                definition.type() == Type.TEMPORAL_ORDERED ? chain() : oldestAndLast(last);
        CorrelationWording.Counted counted =
                new CorrelationWording.Counted(
                        definition.type() == Type.TEMPORAL_ORDERED ? shown.size() : tail - head,
                        distinct,
                        value(),
                        forgotten);
        Finding finding =
                CorrelationWording.finding(
                        definition,
                        GroupKey.group(detectKey),
                        group,
                        now,
                        shown,
                        evidence(shown),
                        counted);
        CorrelationHits.Emitted above = CorrelationHits.of(correlation, finding, group);
        output.found(
                new CorrelationFinding(
                        mode == Mode.DRY_RUN ? finding.asDryRun() : finding,
                        definition.reports(),
                        above.hits(),
                        above.passedOver()));
    }

    /** What was compared with the limit, as text; null where events or values were counted. */
    private @Nullable String value() {
        return switch (definition.type()) {
            case EVENT_COUNT, VALUE_COUNT, TEMPORAL, TEMPORAL_ORDERED -> null;
            case VALUE_SUM -> CorrelationWording.plain(sum);
            case VALUE_AVG -> CorrelationWording.average(sum, quantities);
            case VALUE_PERCENTILE, VALUE_MEDIAN ->
                    CorrelationWording.plain(BigDecimal.valueOf(percentile()));
        };
    }

    /** The hits that fulfilled the rules in order. */
    private List<KeptHit> chain() {
        List<KeptHit> chain = new ArrayList<>();
        long number = tail - 1;
        for (int rule = definition.rules() - 1; rule >= 0; rule--) {
            KeptHit hit = hit(number);
            chain.add(hit);
            number = hit.previous().get(hit.items().indexOf(Integer.toString(rule)));
        }
        Collections.reverse(chain);
        return chain;
    }

    private List<KeptHit> oldestAndLast(KeptHit last) {
        List<KeptHit> shown = new ArrayList<>();
        for (long i = head; i < tail - 1 && shown.size() < EVIDENCE_HITS; i++) {
            shown.add(hit(i));
        }
        shown.add(last);
        return shown;
    }

    /** All events of the hits, or when there are too many the first ones and the last. */
    static List<String> evidence(List<KeptHit> hits) {
        Set<String> keys = new LinkedHashSet<>();
        hits.forEach(hit -> keys.addAll(hit.events()));
        if (keys.size() <= Finding.MAX_EVIDENCE) {
            return List.copyOf(keys);
        }
        List<String> ofLast = hits.get(hits.size() - 1).events();
        String last = ofLast.get(ofLast.size() - 1);
        keys.remove(last);
        List<String> kept = new ArrayList<>(List.copyOf(keys).subList(0, Finding.MAX_EVIDENCE - 1));
        kept.add(last);
        return kept;
    }
}
