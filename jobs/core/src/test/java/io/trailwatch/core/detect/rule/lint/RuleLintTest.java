package io.trailwatch.core.detect.rule.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trailwatch.core.detect.rule.RuleFiles;
import io.trailwatch.core.detect.rule.RuleLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleLintTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final String SOUND =
            """
            title: Access key created
            id: 6f2d8c1e-0000-4000-8000-000000000001
            status: test
            description: Somebody made an access key.
            author: Ann Author
            date: 2026-11-20
            tags:
              - attack.persistence
              - attack.t1098.001
            logsource:
              product: aws
              service: cloudtrail
            detection:
              selection:
                eventSource: iam.amazonaws.com
                eventName: CreateAccessKey
              condition: selection
            falsepositives:
              - New employees
            level: medium
            """;
    private static final String FILTER =
            """
            title: Our scanner
            id: 6f2d8c1e-0000-4000-8000-0000000000f1
            description: It tries everything each night.
            author: Ann Author
            logsource:
              product: aws
              service: cloudtrail
            filter:
              rules: any
              scanner:
                userIdentity.userName: scanner
              condition: not scanner
            expires: 2026-11-21
            """;

    @TempDir Path folder;

    @BeforeEach
    void writeExamples() throws IOException {
        write("rule.match.ndjson", "{}");
        write("rule.miss.ndjson", "{}");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private List<LintWarning> warnings() {
        RuleFiles files = RuleFiles.folder(folder);
        return RuleLint.lint(files, RuleLoader.load(files), TODAY);
    }

    private List<LintWarning> warnings(String rule) throws IOException {
        write("rule.yml", rule);
        return warnings();
    }

    @Test
    void aSoundRuleIsLeftInPeace() throws IOException {
        assertThat(warnings(SOUND)).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '"',
            textBlock =
                    """
                    no-description            # description: Somebody made an access key. #                              # 1
                    no-description            # Somebody made an access key.              # ''                           # 4
                    no-false-positives        # - New employees                           # []                           # 18
                    no-level                  # level: medium                             #                              # 1
                    no-author                 # author: Ann Author                        #                              # 1
                    no-date                   # date: 2026-11-20                          #                              # 1
                    no-attack-tag             # - attack.t1098.001                        # - attack.impact              # 7
                    malformed-tag             # - attack.persistence                      # - attack.persistance         # 8
                    malformed-tag             # - attack.persistence                      # - Persistence                # 8
                    id-no-uuid                # 6f2d8c1e-0000-4000-8000-000000000001      # key-1                        # 2
                    date-not-iso              # 2026-11-20                                # 2026/11/20                   # 6
                    date-not-iso              # 2026-11-20                                # 2026-02-30                   # 6
                    unknown-status            # status: test                              # status: tested               # 3
                    event-name-without-source # eventSource: iam.amazonaws.com            # awsRegion: us-east-1         # 16
                    wildcard-only             # eventName: CreateAccessKey                # errorCode: '*'               # 16
                    wildcard-only             # eventName: CreateAccessKey                # errorCode|re: '.*'           # 16
                    redundant-wildcard        # eventName: CreateAccessKey                # eventName|startswith: 'C*'   # 16
                    regex-not-needed          # eventName: CreateAccessKey                # eventName|re: '^Create.*'    # 16
                    """)
    void aDefectIsNamedByCodeAndLine(String code, String from, @Nullable String to, int line)
            throws IOException {
        assertThat(SOUND).contains(from);
        assertThat(warnings(SOUND.replace(from, to == null ? "" : to)))
                .extracting(warning -> warning.code().label(), LintWarning::line)
                .containsExactly(tuple(code, line));
    }

    @Test
    void aLongTitleIsNamedWithItsLength() throws IOException {
        String title = "x".repeat(111);
        assertThat(warnings(SOUND.replace("Access key created", title)))
                .singleElement()
                .satisfies(warning -> assertThat(warning.code()).isEqualTo(LintCode.LONG_TITLE))
                .satisfies(
                        warning ->
                                assertThat(warning.message())
                                        .isEqualTo("is 111 characters, limit 110"));
        assertThat(warnings(SOUND.replace("Access key created", title.substring(1)))).isEmpty();
    }

    @Test
    void aChangeBeforeTheFirstVersionIsASlip() throws IOException {
        String changed =
                SOUND.replace("date: 2026-11-20", "date: 2026-11-20\nmodified: 2026-11-19");
        assertThat(warnings(changed))
                .extracting(LintWarning::code, LintWarning::line)
                .containsExactly(tuple(LintCode.MODIFIED_BEFORE_DATE, 7));
        assertThat(warnings(changed.replace("modified: 2026-11-19", "modified: 2026-11-20")))
                .isEmpty();
    }

    @Test
    void anAttributeOneLetterOffIsNamedWithTheOneMeant() throws IOException {
        assertThat(warnings(SOUND.replace("falsepositives:", "falsepositive:")))
                .extracting(LintWarning::code, LintWarning::message)
                .containsExactly(
                        tuple(
                                LintCode.NO_FALSE_POSITIVES,
                                "is missing; name the ordinary events that match too"),
                        tuple(
                                LintCode.UNKNOWN_ATTRIBUTE,
                                "is no attribute of Sigma, and nobody reads it; is falsepositives"
                                        + " meant?"));
    }

    @Test
    void aSelectionThatHoldsForEveryRecordIsNamed() throws IOException {
        String any =
                SOUND.replace("eventSource: iam.amazonaws.com", "eventSource: '*'")
                        .replace("eventName: CreateAccessKey", "eventName|exists: true");
        assertThat(warnings(any))
                .extracting(LintWarning::code, LintWarning::path)
                .containsExactly(tuple(LintCode.MATCHES_EVERYTHING, "detection.selection"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            textBlock =
                    """
                    eventName|re: ^Create.*        # write 'eventName|startswith|cased: Create'
                    eventName|re|i: Create         # write 'eventName|contains: Create'
                    eventName|re: ^Create$         # write 'eventName|cased: Create'
                    eventName|re: Key$             # write 'eventName|endswith|cased: Key'
                    eventName|re: a\\.b\\*        # write 'eventName|contains|cased: a.b\\*'
                    """)
    void aRegexThatATextReplacesIsNamedWithTheText(String field, String advice) throws IOException {
        assertThat(warnings(SOUND.replace("eventName: CreateAccessKey", field)))
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).endsWith(advice));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Create(User|Role)", "^C.eate", "Create\\d", "a.b"})
    void aRegexThatNoTextReplacesStays(String pattern) throws IOException {
        assertThat(
                        warnings(
                                SOUND.replace(
                                        "eventName: CreateAccessKey",
                                        "eventName|re: '" + pattern + "'")))
                .isEmpty();
    }

    @Test
    void rulesOfTheSameLogicAreNamedWhateverTheirSelectionsAreCalled() throws IOException {
        write("rule.yml", SOUND);
        write("again.match.ndjson", "{}");
        write("again.miss.ndjson", "{}");
        String twin =
                SOUND.replace("000000000001", "000000000002")
                        .replace("Access key created", "New access key")
                        .replace("selection", "call")
                        .replace("    eventSource: iam.amazonaws.com\n", "")
                        .replace(
                                "CreateAccessKey",
                                "createaccesskey\n    eventSource: iam.amazonaws.com");
        write("again.yml", twin);
        assertThat(warnings())
                .singleElement()
                .satisfies(
                        warning -> {
                            assertThat(warning.file()).isEqualTo("rule.yml");
                            assertThat(warning.code()).isEqualTo(LintCode.DUPLICATE_LOGIC);
                            assertThat(warning.message())
                                    .isEqualTo(
                                            "matches the same events as 'New access key'"
                                                    + " (again.yml:1)");
                        });
        write("again.yml", twin.replace("createaccesskey", "DeleteAccessKey"));
        assertThat(warnings()).isEmpty();
    }

    @Test
    void twoDocumentsOfOneTitleAreNamed() throws IOException {
        write(
                "rule.yml",
                SOUND
                        + "---\n"
                        + SOUND.replace("000000000001", "000000000002")
                                .replace("CreateAccessKey", "DeleteAccessKey"));
        assertThat(warnings())
                .singleElement()
                .satisfies(
                        warning -> {
                            assertThat(warning.code()).isEqualTo(LintCode.DUPLICATE_TITLE);
                            assertThat(warning.line()).isEqualTo(22);
                        });
    }

    @Test
    void aRuleNeedsBothKindsOfExamples() throws IOException {
        write("rule.miss.ndjson", "\n");
        assertThat(warnings(SOUND))
                .extracting(LintWarning::code, LintWarning::message)
                .containsExactly(tuple(LintCode.NO_EXAMPLES, "has no example in rule.miss.ndjson"));
        Files.delete(folder.resolve("rule.match.ndjson"));
        assertThat(warnings(SOUND))
                .extracting(LintWarning::message)
                .containsExactly(
                        "has no example in rule.match.ndjson and none in rule.miss.ndjson");
    }

    @Test
    void aFilterIsSoundThroughItsLastDayAndNeedsOne() throws IOException {
        write("rule.yml", SOUND);
        write("filter.yml", FILTER);
        assertThat(warnings()).isEmpty();
        write("filter.yml", FILTER.replace("2026-11-21", "2026-11-20"));
        assertThat(warnings())
                .extracting(LintWarning::code, LintWarning::line)
                .containsExactly(tuple(LintCode.EXPIRED, 13));
        write("filter.yml", FILTER.replace("expires: 2026-11-21\n", ""));
        assertThat(warnings())
                .extracting(LintWarning::code)
                .containsExactly(LintCode.FILTER_WITHOUT_EXPIRY);
    }

    @Test
    void anExpiredSettingIsNamedWhereItStands() throws IOException {
        write("rule.yml", SOUND);
        write(
                "settings.yml",
                """
                trailwatch:
                  settings:
                    - rules: any
                      mode: dry-run
                      reason: trial
                      expires: 2026-11-21
                    - rules: any
                      mode: dry-run
                      reason: trial
                      expires: 2026-11-20
                """);
        assertThat(warnings())
                .extracting(LintWarning::code, LintWarning::line, LintWarning::path)
                .containsExactly(tuple(LintCode.EXPIRED, 10, "trailwatch.settings[1].expires"));
    }

    @Test
    void ourOwnRulesGiveNoReasonToWarn() {
        RuleFiles pack = RuleFiles.pack();
        assertThat(RuleLint.lint(pack, RuleLoader.load(pack), TODAY)).isEmpty();
    }

    @Test
    void whatTheLoaderRefusedIsNotToldTwice() throws IOException {
        assertThat(warnings("title: [")).isEmpty();
    }
}
