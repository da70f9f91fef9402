package io.trailwatch.pipeline.topology;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.window.AuthFailureBurst;
import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.PortScan;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.pipeline.function.EnrichmentFiles;
import io.trailwatch.pipeline.registry.RegistrySettings;
import io.trailwatch.pipeline.rules.RuleReload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the topology needs to know, typed and checked.
 *
 * @param registry of the schemas of records that name one; null to read no such records
 * @param rules rules of the start, and of all of a bounded run
 * @param reload how rules change in a stream without end; null when they do not
 * @param correlations bounds of what correlations keep
 * @param lateness how far behind the newest event of its shard an event may come and still reach
 *     the windowed detectors; they wait as long. CloudTrail delivers up to about 15 minutes late
 * @param dedupeTtl how long the key of an event is remembered in a stream without end
 * @param ocsfVersion version of OCSF that rows of event tables and findings follow
 */
public record DetectionSettings(
        UnwrapSettings unwrap,
        @Nullable RegistrySettings registry,
        DecodeLimits limits,
        EnrichmentFiles enrichment,
        RuleSet rules,
        @Nullable RuleReload reload,
        AuthFailureBurst authFailureBurst,
        PortScan portScan,
        CredentialStuffing credentialStuffing,
        CorrelationLimits correlations,
        Duration lateness,
        Duration dedupeTtl,
        OcsfVersion ocsfVersion) {
    public DetectionSettings {
        requireNonNull(unwrap, "unwrap");
        requireNonNull(limits, "limits");
        requireNonNull(enrichment, "enrichment");
        requireNonNull(rules, "rules");
        requireNonNull(authFailureBurst, "authFailureBurst");
        requireNonNull(portScan, "portScan");
        requireNonNull(credentialStuffing, "credentialStuffing");
        requireNonNull(correlations, "correlations");
        requireNonNull(ocsfVersion, "ocsfVersion");
        if (lateness.isNegative()) {
            throw new IllegalArgumentException(
                    "detect.lateness is %s, must not be negative".formatted(lateness));
        }
        if (dedupeTtl.isNegative() || dedupeTtl.isZero()) {
            throw new IllegalArgumentException(
                    "dedupe.ttl is %s, must be longer than zero".formatted(dedupeTtl));
        }
    }
}
