package io.trailwatch.connector.alerts;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of a batch as a service reads it. */
record Message(
        String id,
        String body,
        @Nullable String subject,
        @Nullable String group,
        @Nullable String deduplication,
        Map<String, String> attributes) {}
