package io.trailwatch.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.RawRecord;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A chain of three correlations through the whole graph, in both ways of running it. */
class CorrelationTopologyITCase {
    private static final String RULES =
            """
            title: Failed sign-in
            id: failed
            status: test
            description: A sign-in that failed.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                category: application
            detection:
                selection:
                    type: auth.sign_in
                    outcome: failure
                condition: selection
            level: low
            ---
            title: Refused call
            id: refused
            status: test
            description: A call that was refused.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                product: aws
                service: cloudtrail
            detection:
                selection:
                    errorCode: AccessDenied
                condition: selection
            level: low
            ---
            title: Many users fail from one address
            id: spray
            status: test
            description: Users fail one after the other.
            author: Trailwatch
            date: 2026-11-21
            correlation:
                type: value_count
                rules: [failed]
                group-by: [source_ip]
                timespan: 10s
                condition:
                    gte: 5
                    field: user
            level: medium
            ---
            title: Few calls are refused
            id: probing
            status: test
            description: Refused calls, not many in half a minute.
            author: Trailwatch
            date: 2026-11-21
            correlation:
                type: event_count
                rules: [refused]
                group-by: [userIdentity.arn]
                timespan: 30s
                condition:
                    lte: 7
            level: medium
            ---
            title: Probing, then spraying
            id: both
            status: test
            description: One after the other.
            author: Trailwatch
            date: 2026-11-21
            correlation:
                type: temporal_ordered
                rules: [probing, spray]
                timespan: 10m
            level: high
            ---
            title: It happened
            id: top
            status: test
            description: Of both at least one.
            author: Trailwatch
            date: 2026-11-21
            correlation:
                type: event_count
                rules: [both]
                generate: true
                timespan: 1h
                condition:
                    gte: 1
            level: critical
            """;

    @Test
    void theStreamFindsWhatTheReplayFindsWhateverTheOrder() throws Exception {
        LoadedRules loaded = RuleLoader.parse("chain.yml", RULES);
        assertThat(loaded.problems()).isEmpty();
        DetectionSettings settings = Logs.settings(RuleSet.compile(loaded.collection()));
        InMemoryEnds replay = InMemoryEnds.replay(Logs.records(), List.of(), 2, settings);

        assertThat(replay.strings(Tables.FINDINGS, "rule_id"))
                .contains("both", "top")
                .doesNotContain("failed", "refused", "probing", "spray")
                .doesNotHaveDuplicates();
        for (int seed = 0; seed < 2; seed++) {
            List<RawRecord> shuffled = new ArrayList<>(Logs.records());
            Collections.shuffle(shuffled, new Random(seed));
            InMemoryEnds stream = InMemoryEnds.stream(shuffled, 1 + seed, settings);
            assertThat(stream.fingerprints(Tables.FINDINGS))
                    .as("seed %d", seed)
                    .isEqualTo(replay.fingerprints(Tables.FINDINGS));
        }
    }
}
