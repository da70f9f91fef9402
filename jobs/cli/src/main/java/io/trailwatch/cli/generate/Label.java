package io.trailwatch.cli.generate;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What is known of one planted attack: the answer by which detection is judged.
 *
 * @param attackId short and stable, such as {@code leaked-access-key}
 * @param techniques MITRE ATT&amp;CK technique ids
 * @param start event time of the attack's first event
 * @param end event time of its last event
 * @param entities ARNs, user names, access keys and addresses a finding may name
 * @param evidence keys of its events, {@code ct/<account>/<eventID>} or {@code app/<event_id>}, by
 *     time; empty for an attack seen in flow records, which have no identity
 * @param expectedRuleHint what kind of rule ought to find it, for people
 */
public record Label(
        String attackId,
        String name,
        List<String> techniques,
        Instant start,
        Instant end,
        List<String> entities,
        List<String> evidence,
        String expectedRuleHint) {
    public Label {
        requireNonNull(attackId, "attackId");
        requireNonNull(name, "name");
        requireNonNull(start, "start");
        requireNonNull(end, "end");
        requireNonNull(expectedRuleHint, "expectedRuleHint");
        techniques = List.copyOf(techniques);
        entities = List.copyOf(entities);
        evidence = List.copyOf(evidence);
    }
}
