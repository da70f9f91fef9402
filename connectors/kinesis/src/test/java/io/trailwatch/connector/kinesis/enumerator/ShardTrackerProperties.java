package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.enumerator.TimelineModel.Act;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** The tracker in any order of reshards, checkpoints, failures and restores that Flink allows. */
class ShardTrackerProperties {
    /**
     * No shard is lost, none is read twice at a time or from another place than where it was left,
     * and no child starts before its parents are read. {@link TimelineModel} checks all but the
     * first at every step.
     */
    @Property(tries = 1500)
    void everyShardIsReadOnceAndAfterItsParentsWhateverFails(
            @ForAll @Size(min = 80, max = 300)
                    List<@IntRange(min = 0, max = 1 << 20) Integer> steps) {
        TimelineModel model = new TimelineModel();
        for (int step : steps) {
            model.perform(Act.of(step), step / TimelineModel.WEIGHT);
        }
        model.readEverything();

        assertThat(model.unread()).isEmpty();
        Statistics.label("regional failures").collect(Math.min(model.performed(Act.FAIL_SOME), 3));
        Statistics.label("restores").collect(Math.min(model.performed(Act.RESTORE), 3));
        Statistics.label("splits moved and then reported again by their old reader")
                .collect(model.reportsOfMovedSplits() > 0);
        Statistics.label("finished splits that nobody reported")
                .collect(model.forgottenByReaders() > 0);
    }
}
