package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The course of one attack as it is played: its own clock, and notes of all it leaves behind. */
final class Script {
    private final Timeline timeline;
    private final Dice dice;
    private final List<String> entities = new ArrayList<>();
    private final List<String> evidence = new ArrayList<>();
    private final Instant start;
    private Instant now;
    private Instant last;

    Script(Timeline timeline, Dice dice, Instant start) {
        this.timeline = timeline;
        this.dice = dice;
        this.start = start;
        this.now = start;
        this.last = start;
    }

    Dice dice() {
        return dice;
    }

    Instant now() {
        return now;
    }

    /** Lets between low and high seconds pass. */
    Script pause(int lowSeconds, int highSeconds) {
        now = now.plusSeconds(dice.between(lowSeconds, highSeconds));
        return this;
    }

    /** Names whom or what a finding may be about. */
    Script about(String... names) {
        entities.addAll(List.of(names));
        return this;
    }

    /** Names the caller: its ARN, access key and address, as far as it has them. */
    Script about(Caller caller) {
        about(caller.name(), caller.sourceAddress());
        String arn = caller.identity().at("/sessionContext/sessionIssuer/arn").asText();
        for (String name : List.of(caller.accessKey(), arn)) {
            if (!name.isEmpty()) {
                about(name);
            }
        }
        return this;
    }

    Script call(ApiCall call) {
        evidence.add(timeline.call(dice, now, call));
        last = now;
        return this;
    }

    Script app(ObjectNode event) {
        evidence.add(timeline.app(dice, now, event));
        last = Instant.parse(event.path("time").asText());
        return this;
    }

    Script flow(Flow flow) {
        timeline.flow(dice, flow);
        last = flow.end();
        return this;
    }

    Label label(Attack attack) {
        return new Label(
                attack.id(),
                attack.name(),
                attack.techniques(),
                start,
                last,
                entities.stream().distinct().toList(),
                evidence,
                attack.expectedRuleHint());
    }
}
