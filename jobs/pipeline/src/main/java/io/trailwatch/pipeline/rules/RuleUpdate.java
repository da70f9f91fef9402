package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The rules in force, as texts: every operator that needs them links and compiles its own.
 *
 * @param version {@link LinkedRules#version} of the texts and of what they are linked with
 * @param texts by file, as in {@link RuleTexts}
 */
public record RuleUpdate(String version, Map<String, String> texts) {
    /** Key of the one entry of {@link #STATE}. */
    public static final String KEY = "in-force";

    /** Broadcast state of the operators that follow the rules. */
    public static final MapStateDescriptor<String, RuleUpdate> STATE =
            new MapStateDescriptor<>("rules", Types.STRING, TypeInformation.of(RuleUpdate.class));

    public RuleUpdate {
        requireNonNull(version, "version");
        texts = Collections.unmodifiableMap(new TreeMap<>(texts));
    }
}
