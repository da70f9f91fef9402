package io.trailwatch.connector.alerts;

import static java.util.Objects.requireNonNull;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What is sent and where to, checked.
 *
 * @param targets where findings go; each gets all of them
 * @param minSeverity lowest severity that is sent
 * @param endpoint SNS and SQS API other than those of the region; null for AWS
 * @param webhookSecretVariable environment variable with the key that webhooks are signed with;
 *     null for no signature
 */
public record AlertSettings(
        List<AlertTarget> targets,
        Severity minSeverity,
        @Nullable URI endpoint,
        @Nullable String webhookSecretVariable)
        implements Serializable {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    public AlertSettings {
        targets = List.copyOf(targets);
        requireNonNull(minSeverity, "minSeverity");
    }

    /**
     * Reads and checks the options.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message names key, value and
     *     what is allowed
     */
    public static AlertSettings of(Configuration options) {
        return new AlertSettings(
                targets(options.get(AlertOptions.TARGETS)),
                severity(options.get(AlertOptions.MIN_SEVERITY)),
                endpoint(options.getOptional(AlertOptions.ENDPOINT).orElse(null)),
                variable(options.getOptional(AlertOptions.WEBHOOK_SECRET_VARIABLE).orElse(null)));
    }

    /** True if the finding is severe enough to be sent. */
    public boolean isSent(Finding finding) {
        return finding.severity().compareTo(minSeverity) >= 0;
    }

    private static List<AlertTarget> targets(List<String> texts) {
        List<AlertTarget> targets = new ArrayList<>();
        Set<String> fingerprints = new HashSet<>();
        for (String text : texts) {
            AlertTarget target;
            try {
                target = AlertTarget.parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        AlertOptions.TARGETS.key() + ": " + e.getMessage(), e);
            }
            if (!fingerprints.add(target.fingerprint())) {
                throw new IllegalArgumentException(
                        "%s names %s twice, each target may be named once"
                                .formatted(AlertOptions.TARGETS.key(), target.label()));
            }
            targets.add(target);
        }
        return targets;
    }

    private static Severity severity(String label) {
        try {
            return Severity.ofLabel(label);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    AlertOptions.MIN_SEVERITY.key() + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable URI endpoint(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            boolean secure = "https".equals(uri.getScheme());
            boolean local = "http".equals(uri.getScheme()) && Loopback.isNamedBy(uri.getHost());
            if (uri.getHost() != null && uri.getRawUserInfo() == null && (secure || local)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw refusedEndpoint(text, e);
        }
        throw refusedEndpoint(text, null);
    }

    private static IllegalArgumentException refusedEndpoint(
            String text, @Nullable URISyntaxException cause) {
        return new IllegalArgumentException(
                "%s is '%s', must be an https:// URL without user (http:// on loopback only)"
                        .formatted(AlertOptions.ENDPOINT.key(), text),
                cause);
    }

    private static @Nullable String variable(@Nullable String name) {
        // The value is not repeated: whoever mistakes this option writes the secret itself here.
        if (name != null && !VARIABLE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s has %d characters, must be the name of an environment variable: %s"
                            .formatted(
                                    AlertOptions.WEBHOOK_SECRET_VARIABLE.key(),
                                    name.length(),
                                    VARIABLE));
        }
        return name;
    }
}
