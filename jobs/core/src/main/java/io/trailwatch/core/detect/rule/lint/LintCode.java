package io.trailwatch.core.detect.rule.lint;

import java.util.Locale;

/** Kinds of warnings about Sigma documents; the labels are a contract with scripts. */
public enum LintCode {
    NO_DESCRIPTION("There is no description: nobody can judge what a finding means."),
    NO_FALSE_POSITIVES("No falsepositives are named: nobody can judge when a finding is none."),
    NO_LEVEL("There is no level; findings are medium."),
    NO_AUTHOR("There is no author, who is named with every finding."),
    NO_DATE("There is neither date nor modified; findings cannot tell the version of the rule."),
    NO_ATTACK_TAG("No tag names an ATT&CK technique, such as attack.t1098.001."),
    MALFORMED_TAG("A tag is not of the form namespace.name, or no tactic or technique of ATT&CK."),
    ID_NO_UUID("The id is no UUID, which Sigma asks for."),
    LONG_TITLE("The title is longer than 110 characters."),
    DUPLICATE_TITLE("Another document has the title, and findings look the same."),
    DATE_NOT_ISO("A date is not written as 2026-12-31, or is no day of the calendar."),
    MODIFIED_BEFORE_DATE("The day of the last change lies before that of the first version."),
    UNKNOWN_STATUS("The status is none of stable, test, experimental, deprecated, unsupported."),
    UNKNOWN_ATTRIBUTE("An attribute that Sigma does not have, and that nobody reads."),
    MATCHES_EVERYTHING("A selection holds for every record of its log."),
    WILDCARD_ONLY("A value of nothing but wildcards: |exists says what is meant."),
    REDUNDANT_WILDCARD("A wildcard at an end that contains, startswith or endswith leave open."),
    REGEX_NOT_NEEDED("A regular expression that says no more than a plain text would."),
    EVENT_NAME_WITHOUT_SOURCE("eventName without eventSource: services share names of actions."),
    DUPLICATE_LOGIC("Another rule has the same log source and condition."),
    NO_EXAMPLES("The rule lacks match or miss examples, so that nothing proves it."),
    FILTER_WITHOUT_EXPIRY("A filter without expires hides events for good."),
    EXPIRED("The filter or setting has expired, and is without effect on new events.");

    private final String meaning;

    LintCode(String meaning) {
        this.meaning = meaning;
    }

    /** In kebab case, such as {@code no-description}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the warning says, for people. */
    public String meaning() {
        return meaning;
    }
}
