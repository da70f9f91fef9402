package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.event.LogKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterAndSettingLoadingTest {
    private static final String RULE =
            RuleSamples.rule("a", "s:\n  eventName: x\ncondition: s\n")
                    .replace("id: a", "id: a\nname: one");
    private static final String FILTER =
            """
            title: Our scanner
            id: f
            description: The scanner of the network team calls this by day.
            expires: 2026-12-31
            logsource:
              product: aws
              service: cloudtrail
            filter:
              rules: [one]
              scanner:
                userIdentity.arn|expand: '%Scanner%'
              condition: not scanner
            """;
    private static final String SETTINGS =
            """
            trailwatch:
              placeholders:
                Scanner: 'arn:*:role/scan'
              settings:
                - rules: [a]
                  accounts: ['111122223333']
                  mode: dry-run
                  reason: being tried
                  expires: 2026-12-30
                - rules: any
                  mode: disabled
                  reason: quiet
                  accounts: '999988887777'
            """;
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    private static LoadedRules load(String... documents) {
        return RuleLoader.parse("all.yml", String.join("---\n", documents));
    }

    @Test
    void readsAFilterWithItsLastDayAndReason() {
        LoadedRules loaded = load(FILTER, SETTINGS, RULE);
        assertThat(loaded.problems()).isEmpty();
        FilterRule filter = loaded.collection().filters().get(0);
        assertThat(filter.rules()).containsExactly("a");
        assertThat(filter.metadata().description())
                .isEqualTo("The scanner of the network team calls this by day.");
        assertThat(filter.expires()).isEqualTo("2027-01-01T00:00:00Z");
        RuleSet narrowed =
                RuleSet.compile(
                        List.of(
                                new SigmaRule(
                                        filter.metadata(),
                                        filter.logSource(),
                                        filter.condition())));
        assertThat(
                        narrowed.match(
                                RuleSamples.event("{'userIdentity':{'arn':'arn:aws:role/scan'}}"),
                                LogKind.CLOUDTRAIL))
                .isEmpty();
        assertThat(
                        narrowed.match(
                                RuleSamples.event("{'userIdentity':{'arn':'arn:aws:role/jo'}}"),
                                LogKind.CLOUDTRAIL))
                .hasSize(1);
        assertThat(
                        load(FILTER.replace("[one]", "any"), SETTINGS, RULE)
                                .collection()
                                .filters()
                                .get(0)
                                .rules())
                .isEmpty();
    }

    @Test
    void settingsDecideTheModeByAccountAndTime() {
        RuleCollection rules = load(RULE, SETTINGS).orThrow();
        assertThat(rules.mode("a", "111122223333", T0)).isEqualTo(Mode.DRY_RUN);
        assertThat(rules.mode("a", "111122223333", Instant.parse("2026-12-30T23:59:59Z")))
                .isEqualTo(Mode.DRY_RUN);
        assertThat(rules.mode("a", "111122223333", Instant.parse("2026-12-31T00:00:00Z")))
                .isEqualTo(Mode.ENABLED);
        assertThat(rules.mode("a", "222233334444", T0)).isEqualTo(Mode.ENABLED);
        assertThat(rules.mode("b", "999988887777", T0)).isEqualTo(Mode.DISABLED);
        assertThat(rules.settings().get(0).reason()).isEqualTo("being tried");
    }

    @Test
    void documentsOfSeveralFilesReachEachOther() {
        LoadedRules loaded =
                RuleLoader.load(
                        RuleFiles.both(
                                new Texts(Map.of("b/rule.yml", RULE)),
                                new Texts(Map.of("a.yml", FILTER, "z.yml", SETTINGS))));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.collection().filters()).hasSize(1);
        assertThat(loaded.rules()).extracting(SigmaRule::file).containsExactly("b/rule.yml");
    }

    @Test
    void aFolderReachesTheRulesOfThePackWhoseFilesArePrefixed() {
        SigmaRule of = RuleLoader.pack().rules().get(0);
        String setting =
                "trailwatch:\n  settings:\n    - {rules: [%s], mode: disabled, reason: noise}\n"
                        .formatted(of.id());
        String sameName = RuleFiles.pack().rules().get(0);
        RuleFiles both =
                RuleFiles.both(
                        RuleFiles.pack(), new Texts(Map.of("s.yml", setting, sameName, RULE)));
        RuleCollection rules = RuleLoader.load(both).orThrow();
        assertThat(rules.mode(of.id(), null, T0)).isEqualTo(Mode.DISABLED);
        assertThat(rules.rules())
                .filteredOn(rule -> !rule.id().equals("a"))
                .hasSize(RuleLoader.pack().rules().size())
                .allMatch(rule -> rule.file().startsWith("pack:"));
        assertThat(both.read("pack:" + sameName)).isEqualTo(RuleFiles.pack().read(sameName));
        assertThat(both.read(sameName)).contains(RULE);
    }

    @ParameterizedTest(name = "{2}: {4}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `  rules: [one]`           | `  rules: [two]`             | unknown-reference  | filter.rules | refers to 'two', which no rule has as id or name
                    `  rules: [one]\\n`        | ``                           | missing-attribute  | filter.rules | is missing
                    `  rules: [one]`           | `  rules: [one, any]`        | invalid-attribute  | filter.rules | names 'any' beside other rules
                    `  service: cloudtrail`    | `  service: eks`             | logsource-mismatch | filter.rules | 'one' reads another log (product aws, service cloudtrail) than the filter (product aws, service eks)
                    `description: The scanner of the network team calls this by day.` | `author: x` | missing-attribute | description | is missing
                    `expires: 2026-12-31`      | `expires: 2026-12-32`        | invalid-attribute  | expires | is '2026-12-32', must be a day such as 2026-12-31
                    `userIdentity.arn`         | `userIdentity.rn`            | unknown-field      | `filter.scanner.userIdentity.rn|expand` | 'userIdentity.rn' is no field of this log
                    `condition: not scanner`   | `condition: not skanner`     | unknown-selection  | filter.condition | names 'skanner'
                    `condition: not scanner`   | `condition: not scanner\\n  more: {eventName: y}` | unused-selection | filter.more | is defined, but the condition does not use it
                    `%Scanner%`                | `%Scaner%`                   | missing-placeholder | `filter.scanner.userIdentity.arn|expand` | placeholder '%Scaner%' has no values
                    `  rules: [one]`           | `  rules: [one]\\n  expires: 2026-12-31` | unknown-attribute | filter.expires | belongs beside 'filter'
                    `id: f`                    | `id: a`                      | duplicate-id       | id | 'a' is the id of a rule in all.yml
                    """)
    void aFilterIsRefused(String text, String instead, String code, String path, String message) {
        RuleProblem problem =
                only(
                        load(
                                FILTER.replace(
                                        text.replace("\\n", "\n"), instead.replace("\\n", "\n")),
                                SETTINGS,
                                RULE));
        assertThat(problem.code().label()).isEqualTo(code);
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.message()).startsWith(message);
        assertThat(problem.line()).isBetween(1, 13);
    }

    @ParameterizedTest(name = "{2}: {4}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `mode: dry-run`              | `mode: off`           | invalid-attribute | trailwatch.settings[0].mode     | is 'off', must be one of enabled, dry-run, disabled
                    `      reason: quiet\\n`     | ``                    | missing-attribute | trailwatch.settings[1].reason   | is missing
                    `['111122223333']`           | `['1111']`            | invalid-value     | trailwatch.settings[0].accounts | '1111' is no account id of 12 digits
                    `['111122223333']`           | `[]`                  | empty-list        | trailwatch.settings[0].accounts | is empty
                    `rules: [a]`                 | `rules: [b]`          | unknown-reference | trailwatch.settings.rules       | refers to 'b'
                    `expires: 2026-12-30`        | `until: 2026-12-30`   | unknown-attribute | trailwatch.settings[0].until    | is no attribute here
                    `  settings:`                | `  setings:`          | unknown-attribute | trailwatch.setings              | is no attribute here
                    `'arn:*:role/scan'`          | `[]`                  | empty-list        | trailwatch.placeholders.Scanner | has an empty list of values
                    `    Scanner:`               | `    My scanner:`     | invalid-attribute | trailwatch.placeholders.My scanner | is no name of letters
                    `trailwatch:`                | `title: x\\ntrailwatch:` | unknown-attribute | title                          | is no attribute here, which are trailwatch
                    """)
    void aSettingIsRefused(String text, String instead, String code, String path, String message) {
        RuleProblem problem =
                only(
                        load(
                                RULE,
                                SETTINGS.replace(
                                        text.replace("\\n", "\n"), instead.replace("\\n", "\n"))));
        assertThat(problem.code().label()).isEqualTo(code);
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.message()).startsWith(message);
        assertThat(problem.line()).isGreaterThan(12);
    }

    @Test
    void aSettingForARefusedRuleIsNotRefusedBeside() {
        LoadedRules loaded = load(RULE.replace("eventName", "eventNam"), SETTINGS);
        assertThat(only(loaded).code()).isEqualTo(ProblemCode.UNKNOWN_FIELD);
        assertThat(loaded.collection().settings()).hasSize(2);
    }

    @Test
    void placeholdersOfSeveralDocumentsAreJoined() {
        String rule = RuleSamples.anyFieldRule("p", "s:\n  x|expand: '%p%'\ncondition: s\n");
        String more = "trailwatch:\n  placeholders:\n    p: %s\n";
        LoadedRules loaded = load(more.formatted("[1, 2]"), rule, more.formatted("3"));
        RuleSet rules = RuleSet.compile(loaded.orThrow());
        for (int value = 1; value <= 4; value++) {
            assertThat(
                            rules.match(
                                    RuleSamples.event("{'x':" + value + "}"),
                                    LogKind.KUBERNETES_AUDIT))
                    .hasSize(value < 4 ? 1 : 0);
        }
    }

    private static RuleProblem only(LoadedRules loaded) {
        assertThat(loaded.problems()).hasSize(1);
        return loaded.problems().get(0);
    }
}
