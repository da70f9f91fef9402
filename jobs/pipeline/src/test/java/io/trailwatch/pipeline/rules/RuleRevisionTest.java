package io.trailwatch.pipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.pipeline.rules.RuleRevision.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleRevisionTest {
    private static final State EMPTY = State.of(update(Map.of()));

    @Test
    void aNewFileAddsItsRulesAndAnEqualFolderIsNoUpdate() {
        RuleRevision first = see(EMPTY, Map.of("a.yml", Rules.rule(1, "StopLogging")));

        assertThat(ids(first)).containsExactly(Rules.id(1));
        assertThat(first.update(EMPTY))
                .isEqualTo(new RuleUpdate(first.linked().version(), first.next().texts()));

        RuleRevision second = see(first.next(), Map.of("a.yml", Rules.rule(1, "StopLogging")));
        assertThat(second.update(first.next())).isNull();
    }

    @Test
    void aRuleThatBreaksKeepsItsLastGoodTextUntilItIsMended() {
        RuleRevision good = see(EMPTY, Map.of("a.yml", Rules.rule(1, "StopLogging")));
        RuleRevision broken = see(good.next(), Map.of("a.yml", Rules.broken(1, "DeleteTrail")));

        assertThat(broken.next().texts()).isEqualTo(good.next().texts());
        assertThat(broken.update(good.next())).isNull();
        assertThat(broken.untold()).containsExactly("a.yml");
        assertThat(broken.refusals().get("a.yml"))
                .singleElement()
                .satisfies(
                        refusal -> {
                            assertThat(refusal.detail()).contains("a.yml").contains("nonsense");
                            assertThat(refusal.text()).isEqualTo(Rules.broken(1, "DeleteTrail"));
                        });

        RuleRevision again = see(broken.next(), Map.of("a.yml", Rules.broken(1, "DeleteTrail")));
        assertThat(again.untold()).isEmpty();
        assertThat(again.refused()).isEqualTo(1);

        RuleRevision mended = see(again.next(), Map.of("a.yml", Rules.rule(1, "DeleteTrail")));
        assertThat(mended.next().texts()).containsEntry("a.yml", Rules.rule(1, "DeleteTrail"));
        assertThat(mended.refusals()).isEmpty();
        assertThat(mended.next().told()).isEmpty();
    }

    @Test
    void anotherProblemOfTheSameFileIsToldToo() {
        RuleRevision broken = see(EMPTY, Map.of("a.yml", Rules.broken(1, "StopLogging")));
        RuleRevision worse = see(broken.next(), Map.of("a.yml", "title: ["));

        assertThat(broken.untold()).containsExactly("a.yml");
        assertThat(worse.untold()).containsExactly("a.yml");
    }

    @Test
    void aTextThatIsNoYamlKeepsTheWholeFile() {
        String two = Rules.rule(1, "StopLogging") + "---\n" + Rules.rule(2, "DeleteTrail");
        RuleRevision good = see(EMPTY, Map.of("a.yml", two));
        RuleRevision broken = see(good.next(), Map.of("a.yml", "title: [half a"));

        assertThat(ids(broken)).containsExactly(Rules.id(1), Rules.id(2));
    }

    @Test
    void aNewDocumentThatCannotRunDoesNotHoldBackTheOthersOfItsFile() {
        RuleRevision good = see(EMPTY, Map.of("a.yml", Rules.rule(1, "StopLogging")));
        RuleRevision more =
                see(
                        good.next(),
                        Map.of(
                                "a.yml",
                                Rules.rule(1, "DeleteTrail")
                                        + "---\n"
                                        + Rules.broken(2, "StopLogging")));

        assertThat(ids(more)).containsExactly(Rules.id(1));
        assertThat(more.next().texts().get("a.yml")).contains("Calls of DeleteTrail");
        assertThat(more.refusals().get("a.yml"))
                .extracting(RuleRefusal::detail)
                .singleElement()
                .asString()
                .contains("nonsense");
    }

    @Test
    void theRulesOfAFileThatIsGoneAreGone() {
        RuleRevision both =
                see(
                        EMPTY,
                        Map.of(
                                "a.yml", Rules.rule(1, "StopLogging"),
                                "b.yml", Rules.rule(2, "DeleteTrail")));
        RuleRevision one = see(both.next(), Map.of("b.yml", Rules.rule(2, "DeleteTrail")));

        assertThat(ids(both)).containsExactly(Rules.id(1), Rules.id(2));
        assertThat(ids(one)).containsExactly(Rules.id(2));
        assertThat(see(one.next(), Map.of()).next().texts()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadKeepsItsLastTextAndSaysSo() {
        RuleRevision good = see(EMPTY, Map.of("a.yml", Rules.rule(1, "StopLogging")));
        RuleRevision unreadable =
                RuleRevision.of(
                        good.next(),
                        new RuleTexts(Map.of(), Map.of("a.yml", "a.yml: no access")),
                        false);

        assertThat(ids(unreadable)).containsExactly(Rules.id(1));
        assertThat(unreadable.refusals().get("a.yml"))
                .extracting(RuleRefusal::detail)
                .containsExactly("a.yml: no access");
    }

    @Test
    void aCopyOfARuleInForceTakesNothingFromIt() {
        RuleRevision good = see(EMPTY, Map.of("b.yml", Rules.rule(1, "StopLogging")));
        RuleRevision copied =
                see(
                        good.next(),
                        Map.of(
                                "b.yml", Rules.rule(1, "StopLogging"),
                                "c.yml", Rules.rule(1, "DeleteTrail")));

        assertThat(ids(copied)).containsExactly(Rules.id(1));
        assertThat(copied.refusals()).containsOnlyKeys("c.yml");
    }

    @Test
    void settingsOfTheFolderReachOurOwnRules() {
        String ours = LinkedRules.link(true, Map.of()).collection().rules().get(0).id();
        RuleRevision revision =
                RuleRevision.of(
                        State.of(new RuleUpdate("none", Map.of())),
                        new RuleTexts(
                                Map.of("settings.yml", Rules.setting(ours, "disabled")), Map.of()),
                        true);

        assertThat(revision.refusals()).isEmpty();
        assertThat(revision.linked().collection().mode(ours, "1", Instant.EPOCH))
                .isEqualTo(Mode.DISABLED);
    }

    @Test
    void settingsMayNameDetectors() {
        RuleRevision revision =
                see(
                        EMPTY,
                        Map.of(
                                "settings.yml",
                                Rules.setting("trailwatch-port-scan-vertical", "dry-run")));

        assertThat(revision.refusals()).isEmpty();
        assertThat(
                        revision.linked()
                                .collection()
                                .mode("trailwatch-port-scan-vertical", null, Instant.EPOCH))
                .isEqualTo(Mode.DRY_RUN);
    }

    @Test
    void theVersionFollowsNamesTextsAndPack() {
        assertThat(
                        List.of(
                                version(false, Map.of()),
                                version(false, Map.of("a.yml", Rules.rule(1, "StopLogging"))),
                                version(false, Map.of("b.yml", Rules.rule(1, "StopLogging"))),
                                version(false, Map.of("a.yml", Rules.rule(1, "DeleteTrail"))),
                                version(true, Map.of())))
                .doesNotHaveDuplicates()
                .allMatch(version -> version.matches("[0-9a-f]{12}"));
    }

    private static String version(boolean pack, Map<String, String> texts) {
        return LinkedRules.link(pack, texts).version();
    }

    private static RuleUpdate update(Map<String, String> texts) {
        return new RuleUpdate(LinkedRules.link(false, texts).version(), texts);
    }

    private static RuleRevision see(State before, Map<String, String> texts) {
        return RuleRevision.of(before, new RuleTexts(texts, Map.of()), false);
    }

    private static List<String> ids(RuleRevision revision) {
        return revision.linked().collection().rules().stream().map(SigmaRule::id).toList();
    }
}
