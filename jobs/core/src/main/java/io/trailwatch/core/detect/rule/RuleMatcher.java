package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Matches one event after the other with the rules of a set, in room that it uses again: an event
 * that matches nothing leaves no garbage. For one thread.
 */
public final class RuleMatcher {
    private static final Comparator<SigmaRule> BY_ID = Comparator.comparing(SigmaRule::id);

    private final RuleSet rules;
    private final EventFields event = new EventFields();
    private final RuleIndex.Search search = new RuleIndex.Search(this);

    /** Number of the event; rules and indexes marked with it are known of already. */
    private int round;

    private int[] rulesKnown = {};
    private int[] indexesKnown = {};
    private CompiledRule[] candidates = new CompiledRule[8];
    private int candidateCount;
    private RuleIndex[] indexes = new RuleIndex[8];
    private int indexCount;

    public RuleMatcher(RuleSet rules) {
        this.rules = rules;
    }

    /** The rules it matches with. */
    public RuleSet rules() {
        return rules;
    }

    /**
     * The rules that match an event and that no filter keeps from it, sorted by id; an event of a
     * log without rules is not looked at. Filters expire by the time of the event. What the
     * operator's settings say of a rule is not asked here: see {@link RuleCollection#mode}.
     *
     * @param source context of the event's source address
     */
    public List<SigmaRule> match(DecodedEvent decoded, IpContext source) {
        RuleIndex index = rules.index(decoded.event().kind(), decoded.event().format());
        if (index == null || index.isEmpty()) {
            return List.of();
        }
        event.show(decoded.body(), source);
        return match(index, decoded.body().time());
    }

    List<SigmaRule> match(JsonNode json, LogKind kind) {
        RuleIndex index = rules.index(kind);
        if (index == null || index.isEmpty()) {
            return List.of();
        }
        event.show(json);
        return match(index, Instant.MIN);
    }

    private List<SigmaRule> match(RuleIndex index, Instant eventTime) {
        round++;
        if (round == Integer.MAX_VALUE) {
            Arrays.fill(rulesKnown, 0);
            Arrays.fill(indexesKnown, 0);
            round = 1;
        }
        if (indexesKnown.length < index.size()) {
            indexesKnown = new int[index.size()];
        }
        candidateCount = 0;
        indexCount = 0;
        try {
            index.look(this, search);
            while (indexCount > 0) {
                indexes[--indexCount].look(this, search);
            }
            List<SigmaRule> found = null;
            for (int i = 0; i < candidateCount; i++) {
                if (candidates[i].holds(event, eventTime)) {
                    if (found == null) {
                        found = new ArrayList<>(2);
                    }
                    found.add(candidates[i].rule());
                }
            }
            if (found == null) {
                return List.of();
            }
            found.sort(BY_ID);
            return List.copyOf(found);
        } finally {
            event.clear();
        }
    }

    EventFields event() {
        return event;
    }

    /** Asked once all look-ups are done: they share the room in which texts are written. */
    void candidate(CompiledRule rule) {
        if (rulesKnown.length == 0) {
            rulesKnown = new int[rules.rules().size()];
        }
        if (rulesKnown[rule.number()] != round) {
            rulesKnown[rule.number()] = round;
            if (candidateCount == candidates.length) {
                candidates = Arrays.copyOf(candidates, candidateCount * 2);
            }
            candidates[candidateCount++] = rule;
        }
    }

    void goOnWith(RuleIndex index) {
        if (indexesKnown[index.number()] != round) {
            indexesKnown[index.number()] = round;
            if (indexCount == indexes.length) {
                indexes = Arrays.copyOf(indexes, indexCount * 2);
            }
            indexes[indexCount++] = index;
        }
    }
}
