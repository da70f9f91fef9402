package io.trailwatch.core.detect.window;

import static io.trailwatch.core.detect.window.Fold.MINUTE;
import static io.trailwatch.core.detect.window.Fold.SECOND;
import static io.trailwatch.core.detect.window.Fold.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.detect.window.AuthFailure.Kind;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
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

class AuthFailureBurstTest {
    private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
    private static final long SPAN = 5 * MINUTE;

    private final AuthFailureBurst detector = new AuthFailureBurst();
    private final Fold<AuthFailure, AuthFailureBurst.State> fold = new Fold<>(detector);

    @Test
    void firesOnTheFifthFailedConsoleLogin() {
        assertThat(fold.send(logins(0, 4, T0))).isEmpty();
        Finding finding = single(fold.send(login(4, T0 + 4 * SECOND)));
        assertThat(finding.ruleId()).isEqualTo(AuthFailureBurst.CONSOLE_LOGIN_RULE);
        assertThat(finding.id())
                .isEqualTo(
                        FindingIds.ofWindow(
                                AuthFailureBurst.CONSOLE_LOGIN_RULE, ALICE, T0, "ct/1/000"));
        assertThat(finding.entity()).isEqualTo(ALICE);
        assertThat(finding.entityType()).isEqualTo("principal");
        assertThat(finding.account()).isEqualTo("111122223333");
        assertThat(finding.region()).isEqualTo("us-east-1");
        assertThat(finding.techniques()).containsExactly("T1110");
        assertThat(finding.evidence())
                .containsExactly("ct/1/000", "ct/1/001", "ct/1/002", "ct/1/003", "ct/1/004");
        assertThat(finding.firstSeen()).isEqualTo(Instant.ofEpochMilli(T0));
        assertThat(finding.lastSeen()).isEqualTo(Instant.ofEpochMilli(T0 + 4 * SECOND));
        assertThat(finding.time()).isEqualTo(finding.lastSeen());
        assertThat(finding.count()).isEqualTo(5);
        assertThat(finding.message())
                .isEqualTo(
                        "5 console logins failed within 5 min for "
                                + ALICE
                                + ", last from 2001:db8::7");
    }

    @Test
    void countsAnEventExactlyOneSpanOldAndNoneOlder() {
        fold.send(logins(0, 4, T0));
        assertThat(fold.send(login(9, T0 + SPAN))).hasSize(1);

        Fold<AuthFailure, AuthFailureBurst.State> later = new Fold<>(detector);
        later.send(logins(0, 4, T0));
        assertThat(later.send(login(9, T0 + SPAN + 1))).isEmpty();
    }

    @Test
    void firesOnTheTenthRefusedCallOfThreeDifferentOnes() {
        assertThat(fold.send(denials(0, 9, 3, T0))).isEmpty();
        Finding finding = single(fold.send(denial(9, 0, T0 + 9 * SECOND)));
        assertThat(finding.ruleId()).isEqualTo(AuthFailureBurst.DENIED_CALL_RULE);
        assertThat(finding.techniques()).containsExactly("T1526", "T1580");
        assertThat(finding.message())
                .isEqualTo(
                        "10 calls (3 different, operations: ec2.amazonaws.com:GetPasswordData) of "
                                + ALICE
                                + " were refused within 5 min, last from 2001:db8::7");
    }

    @Test
    void staysQuietOnARoleThatRepeatsOneRefusedCall() {
        assertThat(fold.send(denials(0, 100, 1, T0))).isEmpty();
        assertThat(fold.send(denials(100, 100, 2, T0 + 100 * SECOND))).isEmpty();
        assertThat(fold.send(denial(200, 2, T0 + 200 * SECOND))).hasSize(1);
    }

    @Test
    void countsLoginsAndRefusedCallsApart() {
        assertThat(fold.send(logins(0, 4, T0))).isEmpty();
        assertThat(fold.send(denials(10, 9, 9, T0 + 10 * SECOND))).isEmpty();
        assertThat(fold.send(login(20, T0 + 20 * SECOND))).hasSize(1);
        assertThat(fold.send(denial(21, 0, T0 + 21 * SECOND))).hasSize(1);
    }

    @Test
    void countsEachCallerForItself() {
        List<AuthFailure> failures = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            failures.add(failure("user-" + i % 3, Kind.CONSOLE_LOGIN, i, 0, T0 + i * SECOND));
        }
        assertThat(fold.send(failures)).isEmpty();
    }

    @Test
    void firesOncePerEpisodeAndAgainAfterAGap() {
        assertThat(fold.send(logins(0, 30, T0))).hasSize(1);
        assertThat(fold.send(logins(30, 4, T0 + 29 * SECOND + SPAN + 1))).isEmpty();
        assertThat(fold.send(login(34, T0 + 40 * SECOND + SPAN))).hasSize(1);
    }

    @Test
    void endsAnEpisodeWhenFailuresBecomeRareThoughTheyGoOn() {
        assertThat(fold.send(logins(0, 5, T0))).hasSize(1);
        long rareUntil = T0 + 20 * MINUTE;
        for (int i = 1; i <= 5; i++) {
            assertThat(fold.send(login(10 + i, T0 + i * 4 * MINUTE))).isEmpty();
        }
        List<Finding> second = fold.send(logins(20, 5, rareUntil + SECOND));
        assertThat(second).hasSize(1);
    }

    @Test
    void remindsOfALongEpisodeOnceAnHour() {
        List<Finding> findings = fold.send(logins(0, 2 * 60 * 4 + 10, T0, 15 * SECOND));
        assertThat(findings.stream().map(Finding::time))
                .containsExactly(
                        Instant.ofEpochMilli(T0 + MINUTE),
                        Instant.ofEpochMilli(T0 + 61 * MINUTE),
                        Instant.ofEpochMilli(T0 + 121 * MINUTE));
        assertThat(findings.stream().map(Finding::id)).doesNotHaveDuplicates();
    }

    @Test
    void keepsAtMostTheCapAndSaysSo() {
        List<AuthFailure> noise =
                IntStream.range(0, 400).mapToObj(i -> denial(i, 0, T0 + i)).toList();
        fold.send(noise);
        assertThat(fold.states.get(ALICE).deniedCalls().failures())
                .hasSize(AuthFailureBurst.MAX_KEPT);
        fold.send(denial(400, 1, T0 + 400));
        Finding finding = single(fold.send(denial(401, 2, T0 + 401)));
        assertThat(finding.message()).startsWith("At least 256 calls");
        assertThat(finding.evidence()).hasSize(Finding.MAX_EVIDENCE).endsWith("ct/1/401");
    }

    @Test
    void forgetsAfterTheSpan() {
        assertThat(detector.expiresAt(detector.empty())).isEqualTo(Long.MIN_VALUE);
        fold.send(login(0, T0));
        fold.send(denial(1, 0, T0 + 7));
        assertThat(detector.expiresAt(fold.states.get(ALICE))).isEqualTo(T0 + 7 + SPAN);
    }

    @Property(tries = 200)
    void findsTheSameInAnyOrderOfArrivalAndWhetherStateIsForgottenOrNot(
            @ForAll @Size(max = 120) List<@IntRange(max = 900) Integer> seconds,
            @ForAll long seed) {
        List<AuthFailure> failures = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            Kind kind = i % 3 == 0 ? Kind.CONSOLE_LOGIN : Kind.DENIED_CALL;
            failures.add(failure("user-" + i % 2, kind, i, i % 5, T0 + seconds.get(i) * SECOND));
        }
        List<AuthFailure> shuffled = new ArrayList<>(failures);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(new Fold<>(detector).send(shuffled))
                .isEqualTo(new Fold<>(detector).send(failures))
                .isEqualTo(new Fold<>(detector, false).send(failures));
    }

    @Test
    void refusesSettingsThatCannotWork() {
        Duration span = Duration.ofMinutes(1);
        assertThatThrownBy(() -> new AuthFailureBurst.Settings(Duration.ZERO, 5, 10, 3))
                .hasMessage("span is PT0S, must be at least 1 ms");
        assertThatThrownBy(() -> new AuthFailureBurst.Settings(span, 1, 10, 3))
                .hasMessage("consoleLogins is 1, must be 2 to 256");
        assertThatThrownBy(() -> new AuthFailureBurst.Settings(span, 5, 257, 3))
                .hasMessage("deniedCalls is 257, must be 2 to 256");
        assertThatThrownBy(() -> new AuthFailureBurst.Settings(span, 5, 10, 11))
                .hasMessage("distinctCalls is 11, must be 1 to 10");
    }

    private static Finding single(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private static List<AuthFailure> logins(int from, int count, long start) {
        return logins(from, count, start, SECOND);
    }

    private static List<AuthFailure> logins(int from, int count, long start, long apart) {
        return IntStream.range(0, count).mapToObj(i -> login(from + i, start + i * apart)).toList();
    }

    private static AuthFailure login(int number, long time) {
        return failure(ALICE, Kind.CONSOLE_LOGIN, number, 0, time);
    }

    private static List<AuthFailure> denials(int from, int count, int different, long start) {
        return IntStream.range(0, count)
                .mapToObj(i -> denial(from + i, i % different, start + i * SECOND))
                .toList();
    }

    private static AuthFailure denial(int number, int call, long time) {
        return failure(ALICE, Kind.DENIED_CALL, number, call, time);
    }

    private static AuthFailure failure(String key, Kind kind, int number, int call, long time) {
        String operation =
                kind == Kind.CONSOLE_LOGIN
                        ? "signin.amazonaws.com:ConsoleLogin"
                        : "ec2.amazonaws.com:GetPasswordData";
        return new AuthFailure(
                key,
                time,
                "ct/1/%03d".formatted(number),
                kind,
                "principal",
                "111122223333",
                "us-east-1",
                "2001:db8::7",
                operation,
                operation + "#" + call);
    }
}
