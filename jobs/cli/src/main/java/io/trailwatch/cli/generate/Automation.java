package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What works by itself: AWS services, functions, servers, monitoring, and deployments by Terraform.
 */
final class Automation implements OrdinaryLife {
    /** An IAM user whose long-lived key a reporting job uses, from one address. */
    static final String REPORTING_USER = "reporting";

    static final String REPORTING_KEY = "AKIA" + Organisation.fixed(REPORTING_USER).base32(16);

    private static final List<String> SERVICES =
            List.of("lambda", "ecs-tasks", "ec2", "config", "events");
    private static final List<Account> WORKLOADS =
            List.of(Organisation.PROD, Organisation.PROD, Organisation.PROD, Organisation.DEV);
    private static final int PLAN_CALLS = 140;

    private final Dice dice;
    private final double rate;

    Automation(Dice dice, double rate) {
        this.dice = dice;
        this.rate = rate;
    }

    @Override
    public void hour(Instant hour, Timeline timeline) {
        services(hour, timeline);
        functions(hour, timeline);
        servers(hour, timeline);
        monitoring(hour, timeline);
        reporting(hour, timeline);
        double deployments = Rhythm.officeHours(hour) ? 1.2 : 0.1;
        for (int i = dice.poisson(deployments * rate); i > 0; i--) {
            deployment(dice.within(hour, Duration.ofHours(1)), timeline);
        }
    }

    /** Services assume the roles they work in. */
    private void services(Instant hour, Timeline timeline) {
        for (int i = dice.poisson(160 * rate); i > 0; i--) {
            Account account = dice.pick(WORKLOADS);
            String service = dice.pick(SERVICES);
            String role = "pondsong-" + (service.equals("ec2") ? "web" : "worker");
            String session = service + "-" + dice.hex(12);
            Instant time = dice.within(hour, Duration.ofHours(1));
            Caller caller = Caller.service(service + ".amazonaws.com");
            timeline.call(
                    dice,
                    time,
                    Sessions.opened(
                                    ApiCall.of(account, caller, "sts:AssumeRole"),
                                    account,
                                    role,
                                    session,
                                    time,
                                    dice)
                            .request(
                                    "{'roleArn':'arn:aws:iam::%s:role/%s','roleSessionName':'%s'}",
                                    account.id(), role, session));
        }
    }

    /** Functions and containers fetch their settings, among them the secrets they own. */
    private void functions(Instant hour, Timeline timeline) {
        for (int i = dice.poisson(130 * rate); i > 0; i--) {
            String function = dice.pick(Organisation.FUNCTIONS);
            Account account = dice.pick(WORKLOADS);
            Caller caller =
                    Caller.role(
                            account,
                            "pondsong-worker",
                            function,
                            hour.truncatedTo(ChronoUnit.DAYS),
                            "192.0.2." + (20 + Organisation.FUNCTIONS.indexOf(function)),
                            "aws-sdk-java/2.35.5 md/io#sync os/Linux#5.10 lang/java#21");
            Instant time = dice.within(hour, Duration.ofHours(1));
            timeline.call(
                    dice,
                    time,
                    ApiCall.of(account, caller, "logs:CreateLogStream")
                            .request(
                                    "{'logGroupName':'/aws/lambda/%s','logStreamName':'%s'}",
                                    function, dice.hex(32)));
            timeline.call(
                    dice,
                    time.plusSeconds(1),
                    ApiCall.of(account, caller, "ssm:GetParameter")
                            .request(
                                    "{'name':'/pondsong/%s/settings','withDecryption':true}",
                                    function));
            timeline.call(
                    dice,
                    time.plusSeconds(1),
                    ApiCall.of(account, caller, "kms:Decrypt")
                            .request("{'encryptionAlgorithm':'SYMMETRIC_DEFAULT'}")
                            .resource(
                                    "AWS::KMS::Key",
                                    "arn:aws:kms:%s:%s:key/%s"
                                            .formatted(
                                                    Organisation.REGION,
                                                    account.id(),
                                                    Organisation.fixed(account.id()).uuid())));
            if (dice.chance(0.1)) {
                String own = Organisation.SECRETS.get(Organisation.FUNCTIONS.indexOf(function));
                timeline.call(
                        dice,
                        time.plusSeconds(2),
                        ApiCall.of(account, caller, "secretsmanager:GetSecretValue")
                                .request("{'secretId':'%s'}", Organisation.secretArn(own)));
            }
        }
    }

    private void servers(Instant hour, Timeline timeline) {
        for (Host server : Organisation.WEB_SERVERS) {
            Caller caller =
                    Caller.role(
                            Organisation.PROD,
                            "pondsong-web",
                            server.instance(),
                            hour.truncatedTo(ChronoUnit.DAYS),
                            "192.0.2.10",
                            "aws-sdk-go/1.55.5 (go1.24.6; linux; amd64)"
                                    + " amazon-ssm-agent/3.3.3050.0");
            for (int i = dice.poisson(12 * rate); i > 0; i--) {
                timeline.call(
                        dice,
                        dice.within(hour, Duration.ofHours(1)),
                        ApiCall.of(Organisation.PROD, caller, "ssm:UpdateInstanceInformation")
                                .request(
                                        "{'instanceId':'%s','agentVersion':'3.3.3050.0',"
                                            + "'agentStatus':'Active','platformType':'Linux',"
                                            + "'iPAddress':'%s','agentName':'amazon-ssm-agent'}",
                                        server.instance(), server.address()));
            }
        }
    }

    /** A monitoring service in another account reads much, and always the same. */
    private void monitoring(Instant hour, Timeline timeline) {
        for (Account account : List.of(Organisation.PROD, Organisation.DEV)) {
            Caller caller =
                    Caller.role(
                            account,
                            "pondsong-monitoring",
                            "collector",
                            hour,
                            "203.0.113.88",
                            Caller.BOTO);
            for (int i = dice.poisson(11 * rate); i > 0; i--) {
                Instant time = dice.within(hour, Duration.ofHours(1));
                for (Operation operation :
                        i % 2 == 0 ? Operation.INSTANCES_PAGE : Operation.DATABASE_PAGE) {
                    timeline.call(dice, time, operation.by(caller, account, dice));
                }
            }
        }
    }

    private void reporting(Instant hour, Timeline timeline) {
        Caller caller =
                Caller.iamUser(
                        Organisation.PROD,
                        REPORTING_USER,
                        REPORTING_KEY,
                        Organisation.REPORTING_ADDRESS,
                        Caller.BOTO);
        Instant time = hour.plusSeconds(dice.between(300, 330));
        for (String action :
                List.of(
                        "sts:GetCallerIdentity",
                        "ce:GetCostAndUsage",
                        "monitoring:GetMetricData")) {
            timeline.call(dice, time, ApiCall.of(Organisation.PROD, caller, action));
            time = time.plusSeconds(dice.between(1, 3));
        }
    }

    /** A pipeline run: a session by OpenID Connect, a plan in about a minute, seldom a change. */
    private void deployment(Instant start, Timeline timeline) {
        Account account = dice.pick(List.of(Organisation.PROD, Organisation.DEV));
        String address = "192.0.2." + dice.between(130, 190);
        String session = "run-" + dice.between(10_000, 99_999);
        Instant time = start;
        timeline.call(dice, time, webIdentitySession(account, address, session, time));
        Caller caller =
                Caller.role(account, "pondsong-ci", session, start, address, Caller.TERRAFORM);
        for (int i = 0; i < PLAN_CALLS; i++) {
            if (i % 3 == 0) {
                time = time.plusSeconds(dice.between(0, 2));
            }
            timeline.call(dice, time, dice.pick(Operation.PLAN).by(caller, account, dice));
        }
        if (dice.chance(0.3)) {
            change(account, caller, time.plusSeconds(20), timeline);
        }
    }

    private ApiCall webIdentitySession(
            Account account, String address, String session, Instant time) {
        String subject = "repo:pondsong/infrastructure:ref:refs/heads/main";
        String provider =
                "arn:aws:iam::%s:oidc-provider/token.actions.githubusercontent.com"
                        .formatted(account.id());
        Caller caller =
                new Caller(
                        Json.object(
                                "{'type':'WebIdentityUser','principalId':'%s:sts.amazonaws.com:%s',"
                                        + "'userName':'%s','identityProvider':'%s'}",
                                provider, subject, subject, provider),
                        address,
                        "aws-sdk-nodejs configure-aws-credentials-for-github-actions",
                        false);
        return Sessions.opened(
                        ApiCall.of(account, caller, "sts:AssumeRoleWithWebIdentity"),
                        account,
                        "pondsong-ci",
                        session,
                        time,
                        dice)
                .request(
                        "{'roleArn':'arn:aws:iam::%s:role/pondsong-ci','roleSessionName':'%s',"
                                + "'durationSeconds':3600}",
                        account.id(), session);
    }

    /** Changes that look like an attack's from afar: inside the VPC, and within the account. */
    private void change(Account account, Caller caller, Instant time, Timeline timeline) {
        timeline.call(
                dice,
                time,
                Changes.allowIngress(
                        account, caller, "sg-0" + dice.hex(16), 8443, "10.20.0.0/16", dice));
        timeline.call(
                dice,
                time.plusSeconds(2),
                Changes.putBucketPolicy(
                        account,
                        caller,
                        "pondsong-artifacts",
                        "{'AWS':'arn:aws:iam::%s:root'}".formatted(account.id())));
        timeline.call(
                dice,
                time.plusSeconds(4),
                ApiCall.of(account, caller, "lambda:UpdateFunctionCode20150331v2")
                        .request(
                                "{'functionName':'%s','publish':false,'dryRun':false}",
                                dice.pick(Organisation.FUNCTIONS)));
    }
}
