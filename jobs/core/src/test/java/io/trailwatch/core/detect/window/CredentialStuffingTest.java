package io.trailwatch.core.detect.window;

import static io.trailwatch.core.detect.window.Fold.MINUTE;
import static io.trailwatch.core.detect.window.Fold.SECOND;
import static io.trailwatch.core.detect.window.Fold.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CredentialStuffingTest {
    private static final String SOURCE = "2001:db8::66";
    private static final long SPAN = 10 * MINUTE;

    private final CredentialStuffing detector = new CredentialStuffing();
    private final Fold<SignIn, CredentialStuffing.State> fold = new Fold<>(detector);

    @Test
    void firesWhenOneUserGetsInAfterTenFailed() {
        assertThat(fold.send(failures(10, T0))).isEmpty();
        Finding finding = single(fold.send(success("zoe", T0 + MINUTE)));
        assertThat(finding.severity()).isEqualTo(Severity.HIGH);
        assertThat(finding.entityType()).isEqualTo("user");
        assertThat(finding.entity()).isEqualTo("zoe");
        assertThat(finding.techniques()).containsExactly("T1110.004");
        assertThat(finding.id())
                .isEqualTo(FindingIds.ofWindow(CredentialStuffing.RULE, "zoe", T0, "app/f/user-0"));
        assertThat(finding.count()).isEqualTo(11);
        assertThat(finding.evidence()).hasSize(11).startsWith("app/f/user-0").endsWith("app/s/zoe");
        assertThat(finding.firstSeen()).isEqualTo(Instant.ofEpochMilli(T0));
        assertThat(finding.message())
                .isEqualTo(
                        "2001:db8::66 signed in as zoe after failing as 10 other users within 10"
                                + " min");
    }

    @Test
    void staysQuietOnNineFailedUsersOrWithoutASuccess() {
        fold.send(failures(9, T0));
        assertThat(fold.send(success("zoe", T0 + MINUTE))).isEmpty();
        assertThat(new Fold<>(detector).send(failures(500, T0))).isEmpty();
    }

    @Test
    void staysQuietOnOneUserWhoFailsOftenAndOnAnOfficeThatMistypes() {
        List<SignIn> often =
                IntStream.range(0, 50).mapToObj(i -> failure("amy", T0 + i * SECOND)).toList();
        assertThat(fold.send(often)).isEmpty();
        assertThat(fold.send(success("amy", T0 + 51 * SECOND))).isEmpty();

        Fold<SignIn, CredentialStuffing.State> office = new Fold<>(detector);
        for (int i = 0; i < 40; i++) {
            assertThat(office.send(failure("user-" + i, T0 + i * 10 * SECOND))).isEmpty();
            assertThat(office.send(success("user-" + i, T0 + i * 10 * SECOND + SECOND))).isEmpty();
        }
    }

    @Test
    void doesNotCountTheUserWhoGetsInAmongTheFailed() {
        fold.send(failures(10, T0));
        assertThat(fold.send(success("user-3", T0 + MINUTE))).isEmpty();
        fold.send(failures(11, T0 + 2 * MINUTE));
        assertThat(single(fold.send(success("user-3", T0 + 3 * MINUTE))).message())
                .contains("as user-3 after failing as 10 other users");
    }

    @Test
    void countsFailuresExactlyOneSpanOldAndNoneOlder() {
        List<SignIn> together =
                IntStream.range(0, 10).mapToObj(i -> failure("user-" + i, T0)).toList();
        fold.send(together);
        assertThat(fold.send(success("zoe", T0 + SPAN))).hasSize(1);
        Fold<SignIn, CredentialStuffing.State> later = new Fold<>(detector);
        later.send(together);
        assertThat(later.send(success("zoe", T0 + SPAN + 1))).isEmpty();
    }

    @Test
    void namesEveryUserWhoGetsInOnce() {
        fold.send(failures(20, T0));
        List<Finding> findings = new ArrayList<>();
        for (String user : List.of("yan", "zoe", "yan", "zoe")) {
            findings.addAll(fold.send(success(user, T0 + MINUTE)));
        }
        assertThat(findings.stream().map(Finding::entity)).containsExactly("yan", "zoe");
        assertThat(findings.stream().map(Finding::id)).doesNotHaveDuplicates();
    }

    @Test
    void keepsAtMostTheCapsAndSaysSo() {
        fold.send(failures(300, T0));
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            findings.addAll(fold.send(success("in-" + i, T0 + 301 * SECOND)));
        }
        assertThat(findings).hasSize(CredentialStuffing.MAX_REPORTED);
        assertThat(findings.get(0).message()).contains("at least 256 other users");
        assertThat(findings.get(0).evidence()).hasSize(Finding.MAX_EVIDENCE).endsWith("app/s/in-0");
        assertThat(findings.get(30).message()).doesNotContain("not reported");
        assertThat(findings.get(31).message()).contains("further users");
        assertThat(fold.states.get(SOURCE).failed()).hasSize(CredentialStuffing.MAX_KEPT);
    }

    @Test
    void forgetsAfterTheSpan() {
        assertThat(detector.expiresAt(detector.empty())).isEqualTo(Long.MIN_VALUE);
        fold.send(failure("amy", T0));
        assertThat(detector.expiresAt(fold.states.get(SOURCE))).isEqualTo(T0 + SPAN);
        fold.send(success("amy", T0 + SECOND));
        assertThat(detector.expiresAt(fold.states.get(SOURCE))).isEqualTo(Long.MIN_VALUE);
    }

    @Property(tries = 200)
    void findsTheSameInAnyOrderOfArrivalAndWhetherStateIsForgottenOrNot(
            @ForAll @Size(max = 120) List<@IntRange(max = 1_500) Integer> seconds,
            @ForAll long seed) {
        CredentialStuffing keen =
                new CredentialStuffing(new CredentialStuffing.Settings(Duration.ofMinutes(10), 4));
        List<SignIn> signIns = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            String user = "user-" + i % 9;
            signIns.add(
                    new SignIn(
                            SOURCE,
                            T0 + seconds.get(i) * SECOND,
                            "app/%03d".formatted(i),
                            user,
                            i % 6 == 0));
        }
        List<SignIn> shuffled = new ArrayList<>(signIns);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(new Fold<>(keen).send(shuffled))
                .isEqualTo(new Fold<>(keen).send(signIns))
                .isEqualTo(new Fold<>(keen, false).send(signIns));
    }

    @Test
    void refusesSettingsThatCannotWork() {
        assertThatThrownBy(() -> new CredentialStuffing.Settings(Duration.ofMinutes(10), 1))
                .hasMessage("failedUsers is 1, must be 2 to 256");
    }

    private static Finding single(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private static List<SignIn> failures(int users, long start) {
        return IntStream.range(0, users)
                .mapToObj(i -> failure("user-" + i, start + i * SECOND))
                .toList();
    }

    private static SignIn failure(String user, long time) {
        return new SignIn(SOURCE, time, "app/f/" + user, user, false);
    }

    private static SignIn success(String user, long time) {
        return new SignIn(SOURCE, time, "app/s/" + user, user, true);
    }
}
