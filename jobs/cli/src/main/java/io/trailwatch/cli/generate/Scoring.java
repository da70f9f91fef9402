package io.trailwatch.cli.generate;

import static java.util.stream.Collectors.toSet;

import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Judges findings by labels. A finding belongs to an attack when an event of the attack is among
 * its evidence; or when it names one of the attack's entities, overlaps it in time and claims a
 * technique of the same family ({@code T1110.004} and {@code T1110} are one family). The second way
 * serves flow records, which have no identity, and findings whose list of evidence was cut short.
 */
public final class Scoring {
    private Scoring() {}

    /**
     * The findings that belong to one attack.
     *
     * @param findings empty when the attack was missed
     */
    public record Verdict(Label label, List<Finding> findings) {
        public Verdict {
            findings = List.copyOf(findings);
        }

        public boolean found() {
            return !findings.isEmpty();
        }
    }

    /**
     * How all labels fared.
     *
     * @param verdicts one for each label, in the order of the labels
     * @param unlabelled findings that belong to no attack: false alarms, or an attack not planned
     */
    public record Score(List<Verdict> verdicts, List<Finding> unlabelled) {
        public Score {
            verdicts = List.copyOf(verdicts);
            unlabelled = List.copyOf(unlabelled);
        }

        public List<Label> missed() {
            return verdicts.stream().filter(v -> !v.found()).map(Verdict::label).toList();
        }

        public long foundCount() {
            return verdicts.stream().filter(Verdict::found).count();
        }
    }

    public static Score score(List<Label> labels, Collection<Finding> findings) {
        List<Verdict> verdicts = new ArrayList<>();
        List<Finding> unlabelled = new ArrayList<>(findings);
        for (Label label : labels) {
            List<Finding> own = findings.stream().filter(f -> belongs(f, label)).toList();
            unlabelled.removeAll(own);
            verdicts.add(new Verdict(label, own));
        }
        return new Score(verdicts, unlabelled);
    }

    private static boolean belongs(Finding finding, Label label) {
        return !Collections.disjoint(finding.evidence(), Set.copyOf(label.evidence()))
                || (label.entities().contains(finding.entity())
                        && overlap(finding, label)
                        && sameFamily(finding, label));
    }

    private static boolean overlap(Finding finding, Label label) {
        return !finding.firstSeen().isAfter(label.end())
                && !finding.lastSeen().isBefore(label.start());
    }

    private static boolean sameFamily(Finding finding, Label label) {
        return !Collections.disjoint(families(finding.techniques()), families(label.techniques()));
    }

    private static Set<String> families(List<String> techniques) {
        return techniques.stream().map(id -> id.split("\\.", 2)[0]).collect(toSet());
    }
}
