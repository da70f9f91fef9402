package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Account;
import io.trailwatch.cli.generate.Organisation.Person;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;

/** People at work: sign-ins, console pages and command lines, a mistyped password, a refusal. */
final class People implements OrdinaryLife {
    /** An IAM user from before the Identity Center, with a password and an MFA device. */
    static final String CONSOLE_USER = "helga.brandt";

    private static final int WORKING_HOURS = 9;
    private static final double PAGES_AN_HOUR = 7;

    private final Dice dice;
    private final double rate;

    People(Dice dice, double rate) {
        this.dice = dice;
        this.rate = rate;
    }

    @Override
    public void hour(Instant hour, Timeline timeline) {
        for (Person person : Organisation.PEOPLE) {
            Workday day = workday(person, hour);
            int worked = Rhythm.hourOfDay(hour) - person.startHour();
            if (day.present() && worked >= 0 && worked < WORKING_HOURS) {
                work(day, person, hour, worked == 0, timeline);
            }
        }
        if (Rhythm.officeHours(hour) && Rhythm.hourOfDay(hour) % 4 == 0) {
            signInToConsole(hour, timeline);
        }
    }

    /**
     * How the person spends this day; the same answer in every hour of it.
     *
     * @param arrival when the sessions of the day begin
     */
    private record Workday(boolean present, Instant arrival, String address, boolean commandLine) {}

    private Workday workday(Person person, Instant hour) {
        Instant midnight = hour.truncatedTo(ChronoUnit.DAYS);
        Dice draw = dice.fork(person.name() + midnight);
        boolean present = draw.chance(Rhythm.weekend(hour) ? 0.05 : 0.93);
        boolean atHome = draw.chance(0.35);
        Instant arrival =
                midnight.plus(Duration.ofHours(person.startHour()))
                        .plusSeconds(draw.between(0, 1500));
        return new Workday(
                present,
                arrival,
                atHome ? person.homeAddress() : Organisation.OFFICE_ADDRESS,
                person.permissionSet().equals("Developer") && draw.chance(0.5));
    }

    private void work(
            Workday day, Person person, Instant hour, boolean arrives, Timeline timeline) {
        if (arrives) {
            signIn(day, person, timeline);
        }
        Instant from = arrives ? day.arrival().plusSeconds(60) : hour;
        Duration left = Duration.between(from, hour.plus(Duration.ofHours(1)));
        for (int pages = dice.poisson(PAGES_AN_HOUR * rate); pages > 0; pages--) {
            Account account = dice.pick(accounts(person));
            Caller caller =
                    Caller.person(person, account, day.arrival(), day.address(), Caller.CLI);
            Caller using = day.commandLine() && dice.chance(0.6) ? caller : caller.byConsole();
            Instant time = dice.within(from, left);
            for (Operation operation : dice.pick(Operation.PAGES)) {
                ApiCall call = operation.by(using, account, dice);
                timeline.call(dice, time, mayLack(person) ? call.denied() : call);
                time = time.plusSeconds(dice.between(0, 1));
            }
        }
    }

    private boolean mayLack(Person person) {
        return !person.permissionSet().equals("PlatformAdmin") && dice.chance(0.008);
    }

    static List<Account> accounts(Person person) {
        return switch (person.permissionSet()) {
            case "PlatformAdmin", "SecurityAudit" -> Organisation.ACCOUNTS;
            case "Developer" -> List.of(Organisation.DEV, Organisation.DEV, Organisation.PROD);
            case "Billing" -> List.of(Organisation.MANAGEMENT);
            default -> List.of(Organisation.PROD);
        };
    }

    private void signIn(Workday day, Person person, Timeline timeline) {
        timeline.call(dice, day.arrival(), authentication(day, person));
        for (Account account : new LinkedHashSet<>(accounts(person))) {
            Instant time = day.arrival().plusSeconds(dice.between(5, 40));
            timeline.call(dice, time, federation(day, person, account, time));
        }
    }

    private ApiCall authentication(Workday day, Person person) {
        String userId = Organisation.fixed(person.name()).uuid();
        Caller caller =
                new Caller(
                        Json.object(
                                "{'type':'IdentityCenterUser','accountId':'%s','onBehalfOf':{"
                                        + "'userId':'%s','identityStoreArn':"
                                        + "'arn:aws:identitystore::%s:identitystore/d-936701f2c4'},"
                                        + "'credentialId':'%s'}",
                                Organisation.MANAGEMENT.id(),
                                userId,
                                Organisation.MANAGEMENT.id(),
                                dice.uuid()),
                        day.address(),
                        Caller.BROWSER,
                        false);
        return ApiCall.of(Organisation.MANAGEMENT, caller, "signin:UserAuthentication")
                .type("AwsServiceEvent")
                .with(
                        "additionalEventData",
                        "{'AuthWorkflowID':'%s','CredentialType':'PASSWORD,WEBAUTHN',"
                                + "'UserName':'%s'}",
                        dice.uuid(),
                        person.mail())
                .with("serviceEventDetails", "{'UserAuthentication':'Success'}");
    }

    private ApiCall federation(Workday day, Person person, Account account, Instant time) {
        String provider =
                "arn:aws:iam::%s:saml-provider/AWSSSO_%s_DO_NOT_DELETE"
                        .formatted(account.id(), Organisation.fixed(account.id()).hex(16));
        Caller caller =
                new Caller(
                        Json.object(
                                "{'type':'SAMLUser','principalId':'%s:%s','userName':'%s',"
                                        + "'identityProvider':'%s'}",
                                Organisation.fixed(provider).alphanumeric(27),
                                person.mail(),
                                person.mail(),
                                provider),
                        day.address(),
                        "aws-internal/3 aws-sdk-java/1.12.793",
                        false);
        return Sessions.opened(
                        ApiCall.of(account, caller, "sts:AssumeRoleWithSAML"),
                        account,
                        person.roleName(),
                        person.mail(),
                        time,
                        dice)
                .request(
                        "{'sAMLAssertionID':'_%s','roleSessionName':'%s','durationSeconds':32400,"
                                + "'roleArn':'arn:aws:iam::%s:role/%s','principalArn':'%s'}",
                        dice.uuid(), person.mail(), account.id(), person.roleName(), provider);
    }

    private void signInToConsole(Instant hour, Timeline timeline) {
        Instant time = dice.within(hour, Duration.ofMinutes(50));
        ConsoleSignIn page =
                new ConsoleSignIn(Organisation.PROD, CONSOLE_USER, Organisation.OFFICE_ADDRESS);
        if (dice.chance(0.3)) {
            timeline.call(dice, time, page.failure(true));
            time = time.plusSeconds(dice.between(6, 25));
        }
        timeline.call(dice, time, page.success(true));
        Caller user = page.session(time).byConsole();
        for (Operation operation : Operation.INSTANCES_PAGE) {
            time = time.plusSeconds(dice.between(1, 4));
            timeline.call(dice, time, operation.by(user, Organisation.PROD, dice));
        }
    }
}
