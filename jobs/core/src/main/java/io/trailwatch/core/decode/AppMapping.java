package io.trailwatch.core.decode;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the user wants JSON objects, or Avro records, of a format of theirs read as application
 * events; one entry of the file that {@link AppMappings} reads. Access logs of Amazon API Gateway
 * are the example: their fields are what the stage's template says.
 *
 * @param name small letters, digits and hyphens; part of the keys of events
 * @param match which objects are meant
 * @param eventId null where nothing is unique to an event
 * @param time null where there is none: then the time of the log event in CloudWatch Logs counts,
 *     or that of arrival
 */
public record AppMapping(
        String name,
        Match match,
        @Nullable Value eventId,
        @Nullable Time time,
        Value type,
        @Nullable Value user,
        @Nullable Value session,
        @Nullable Value sourceAddress,
        @Nullable Value userAgent,
        @Nullable Outcome outcome)
        implements Serializable {
    public AppMapping {
        requireNonNull(name, "name");
        requireNonNull(match, "match");
        requireNonNull(type, "type");
    }

    /**
     * Which objects a mapping is for; all must hold.
     *
     * @param fields top-level fields that must be there
     * @param values top-level fields and the text that each must hold
     * @param logGroup beginning of the name of the log group in CloudWatch Logs; empty for any
     * @param schema name, in the registry, of the schema that the event was written with; empty for
     *     any and for none
     */
    public record Match(
            List<String> fields, Map<String, String> values, String logGroup, String schema)
            implements Serializable {
        public Match {
            fields = List.copyOf(fields);
            values = Map.copyOf(values);
            requireNonNull(logGroup, "logGroup");
            requireNonNull(schema, "schema");
        }
    }

    /**
     * A value of an event: what a field holds, or always the same.
     *
     * @param path names of fields divided by dots, each within the one before; null for a literal
     * @param literal null for a path
     */
    public record Value(@Nullable String path, @Nullable String literal) implements Serializable {
        public Value {
            if ((path == null) == (literal == null)) {
                throw new IllegalArgumentException(
                        "path is %s, literal is %s, must be one of the two"
                                .formatted(path, literal));
            }
        }
    }

    /** The field that holds the time, and how. */
    public record Time(String path, TimeFormat format) implements Serializable {
        public Time {
            requireNonNull(path, "path");
            requireNonNull(format, "format");
        }
    }

    /**
     * Where the outcome stands. A value that neither of the two speaks of is no outcome.
     *
     * @param values texts that mean {@code success} or {@code failure}
     * @param successBelow numbers below are success, others failure; 0 for none
     */
    public record Outcome(String path, Map<String, String> values, int successBelow)
            implements Serializable {
        public Outcome {
            requireNonNull(path, "path");
            values = Map.copyOf(values);
        }
    }
}
