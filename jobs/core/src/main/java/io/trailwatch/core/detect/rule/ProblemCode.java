package io.trailwatch.core.detect.rule;

import java.util.Locale;

/** Kinds of reasons to refuse a Sigma document; the labels are a contract with scripts. */
public enum ProblemCode {
    /** The file cannot be read, or is too large. */
    FILE,
    /** The file is no YAML, or YAML that is not read here, such as with aliases. */
    YAML,
    /** The file holds no document, or one that is none of the kinds of Sigma. */
    NO_RULE,
    /** A required attribute is missing or blank. */
    MISSING_ATTRIBUTE,
    /** An attribute has a value of the wrong kind. */
    INVALID_ATTRIBUTE,
    /** An attribute that nobody would read. */
    UNKNOWN_ATTRIBUTE,
    /** The author says that the rule cannot run: status unsupported. */
    UNSUPPORTED_STATUS,
    /** Field names of another taxonomy. */
    UNSUPPORTED_TAXONOMY,
    /** The logs described are none that are read here. */
    UNKNOWN_LOGSOURCE,
    /** A filter reads another log than a rule it names. */
    LOGSOURCE_MISMATCH,
    /** The id or name stands for another document already. */
    DUPLICATE_ID,
    /** Sigma 1: an aggregation behind a pipe in the condition, or its timeframe. */
    SIGMA_1_AGGREGATION,
    /** Sigma 1: documents joined by {@code action}. */
    SIGMA_1_COLLECTION,
    /** The condition is malformed. */
    INVALID_CONDITION,
    /** The condition names a selection that is not there. */
    UNKNOWN_SELECTION,
    /** The condition uses a selection nowhere. */
    UNUSED_SELECTION,
    /** A name in a selection cannot be a field. */
    INVALID_FIELD,
    /** Records of this log never have the field. */
    UNKNOWN_FIELD,
    /** A modifier that Sigma does not have. */
    UNKNOWN_MODIFIER,
    /** Modifiers that say nothing together, or stand in the wrong order. */
    MODIFIER_CONFLICT,
    /** A value that its modifiers cannot take. */
    INVALID_VALUE,
    /** A list of values without any. */
    EMPTY_LIST,
    /** A regular expression that RE2 does not take, such as look-around. */
    UNSUPPORTED_REGEX,
    /** A regular expression that no text matches. */
    IMPOSSIBLE_REGEX,
    /** A placeholder to which no document gives values. */
    MISSING_PLACEHOLDER,
    /** Parts that must all hold, but never do so together. */
    CONTRADICTION,
    /** A limit on length or nesting is passed. */
    TOO_COMPLEX,
    /** An id or name that no document has. */
    UNKNOWN_REFERENCE,
    /** A rule referred to was refused itself. */
    REFUSED_REFERENCE,
    /** Correlations that refer to themselves. */
    REFERENCE_CYCLE,
    /** A longer chain of correlations than can be run. */
    CHAIN_TOO_LONG,
    /** An alias that does not cover the rules of its correlation. */
    INVALID_ALIAS,
    /** Grouping by something that is no field. */
    INVALID_GROUP_BY,
    /** A timespan that is malformed or out of range. */
    INVALID_TIMESPAN,
    /** A correlation's condition that does not suit its type. */
    INVALID_THRESHOLD;

    /** In kebab case, such as {@code unused-selection}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
