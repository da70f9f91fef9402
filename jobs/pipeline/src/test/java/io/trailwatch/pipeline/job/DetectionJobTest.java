package io.trailwatch.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.AlertTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options make of the graph. */
class DetectionJobTest {
    @TempDir Path folder;

    @Test
    void withoutTargetsNoAlertIsInTheGraph() {
        assertThat(uids(Map.of())).contains("deliver-findings").noneMatch(this::isOfAlerts);
    }

    @Test
    void everyTargetHasAnOperatorThatIsNamedByWhereItGoes() {
        String topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
        String hook = "https://hooks.example.com/a";

        assertThat(uids(Map.of("alerts.targets", topic + ";" + hook)))
                .filteredOn(this::isOfAlerts)
                .containsExactlyInAnyOrder(
                        "filter-alerts",
                        "sink-alerts-" + AlertTarget.parse(topic).fingerprint(),
                        "sink-alerts-" + AlertTarget.parse(hook).fingerprint());
    }

    @Test
    void aRefusedTargetStopsTheJobBeforeItMakesTables() {
        assertThatThrownBy(() -> uids(Map.of("alerts.targets", "nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("alerts.targets: target 'nowhere' is refused");
        assertThat(Files.exists(folder.resolve("lake"))).isFalse();
    }

    private boolean isOfAlerts(String uid) {
        return uid.contains("alerts");
    }

    private List<String> uids(Map<String, String> alerts) {
        Map<String, String> options = new HashMap<>(alerts);
        options.put("source.stream.arn", "arn:aws:kinesis:eu-west-1:111122223333:stream/trail");
        options.put("lake.warehouse", folder.resolve("lake").toString());
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
        DetectionJob.build(env, JobOptions.configuration(options));
        return env.getStreamGraph().getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull)
                .toList();
    }
}
