package io.trailwatch.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.util.OptionalFailure;
import org.junit.jupiter.api.Test;

class LocalJobTest {
    /**
     * The cluster of a bounded job stops by itself, perhaps just while it is asked how far it is.
     */
    @Test
    void aClusterThatStoppedBeforeItWasAskedForProgressIsNoFailure() {
        CompletableFuture<JobExecutionResult> end = new CompletableFuture<>();
        JobExecutionResult result =
                new JobExecutionResult(
                        new JobID(), 1, Map.of("rows", OptionalFailure.of((Object) 7L)));
        JobClient client =
                (JobClient)
                        Proxy.newProxyInstance(
                                JobClient.class.getClassLoader(),
                                new Class<?>[] {JobClient.class},
                                (proxy, method, args) -> {
                                    if (method.getName().equals("getJobExecutionResult")) {
                                        return end;
                                    }
                                    end.complete(result);
                                    throw new IllegalStateException(
                                            "MiniCluster is not yet running or has already been"
                                                    + " shut down.");
                                });
        List<Map<String, Object>> reports = new ArrayList<>();

        Map<String, Object> accumulators = new LocalJob(client).awaitEnd(reports::add);

        assertThat(accumulators).containsEntry("rows", 7L);
        assertThat(reports).isEmpty();
    }
}
