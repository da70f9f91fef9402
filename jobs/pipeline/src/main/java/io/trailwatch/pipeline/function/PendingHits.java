package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.correlation.KeptHit;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * Hits of the current key that wait for the watermark. An entry each rather than a list an instant:
 * AWS logs tell whole seconds, and a list would be written anew for every hit of a busy one.
 */
final class PendingHits {
    private final MapState<Long, Integer> counts;
    private final MapState<Tuple2<Long, Integer>, KeptHit> hits;

    PendingHits(RuntimeContext context) {
        counts =
                context.getMapState(
                        new MapStateDescriptor<>("pending-counts", Types.LONG, Types.INT));
        hits =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "pending",
                                Types.TUPLE(Types.LONG, Types.INT),
                                TypeInformation.of(KeptHit.class)));
    }

    /** True when it is the first of its instant. */
    boolean add(KeptHit hit) throws Exception {
        long instant = hit.timeMillis();
        Integer count = counts.get(instant);
        int index = count == null ? 0 : count;
        hits.put(Tuple2.of(instant, index), hit);
        counts.put(instant, index + 1);
        return index == 0;
    }

    /** Takes out the hits of an instant, in the order in which they count. */
    List<KeptHit> take(long instant) throws Exception {
        Integer count = counts.get(instant);
        if (count == null) {
            return List.of();
        }
        List<KeptHit> taken = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            Tuple2<Long, Integer> key = Tuple2.of(instant, index);
            taken.add(hits.get(key));
            hits.remove(key);
        }
        counts.remove(instant);
        taken.sort(KeptHit.ORDER);
        return taken;
    }
}
