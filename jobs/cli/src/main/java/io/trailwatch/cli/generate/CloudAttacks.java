package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Person;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;

/** Attacks that CloudTrail sees, each a short story told in calls. */
final class CloudAttacks {
    static final List<Attack> ALL =
            List.of(
                    new Attack(
                            "leaked-access-key",
                            "Leaked access key used to find out what it may do",
                            LocalTime.of(2, 40),
                            List.of("T1078.004", "T1087.004", "T1580"),
                            "many AccessDenied errors of one principal, new address for the key",
                            CloudAttacks::leakedAccessKey),
                    new Attack(
                            "backdoor-administrator",
                            "New administrator made as a back door",
                            LocalTime.of(5, 15),
                            List.of("T1136.003", "T1098.001", "T1098.003"),
                            "CreateUser, AttachUserPolicy AdministratorAccess, CreateAccessKey",
                            CloudAttacks::backdoorAdministrator),
                    new Attack(
                            "logging-switched-off",
                            "Trail stopped and deleted, flow logs deleted",
                            LocalTime.of(6, 5),
                            List.of("T1562.008"),
                            "StopLogging, DeleteTrail, DeleteFlowLogs",
                            CloudAttacks::loggingSwitchedOff),
                    new Attack(
                            "snapshot-shared",
                            "Database snapshot shared with an account outside",
                            LocalTime.of(12, 25),
                            List.of("T1537"),
                            "ModifySnapshotAttribute adds a foreign account",
                            CloudAttacks::snapshotShared),
                    new Attack(
                            "bucket-made-public",
                            "Bucket of exports made public",
                            LocalTime.of(15, 50),
                            List.of("T1530", "T1537"),
                            "PutBucketPolicy with Principal *",
                            CloudAttacks::bucketMadePublic),
                    new Attack(
                            "console-brute-force",
                            "Password of a former contractor guessed at the console",
                            LocalTime.of(3, 30),
                            List.of("T1110.001", "T1078.004"),
                            "failed ConsoleLogin burst, then success without MFA",
                            CloudAttacks::consoleBruteForce),
                    new Attack(
                            "security-group-opened",
                            "Remote desktop and SSH opened to the world",
                            LocalTime.of(17, 10),
                            List.of("T1562.007"),
                            "AuthorizeSecurityGroupIngress from 0.0.0.0/0",
                            CloudAttacks::securityGroupOpened),
                    new Attack(
                            "secrets-harvested",
                            "All secrets read in a row, then Windows passwords asked for",
                            LocalTime.of(20, 45),
                            List.of("T1555.006", "T1552.001"),
                            "many GetSecretValue of one principal, GetPasswordData burst",
                            CloudAttacks::secretsHarvested));

    private static final String ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
    private static final String OUTSIDE_ACCOUNT = "999988887777";
    private static final String CONTRACTOR = "ivo.marsh";
    private static final String BACKDOOR = "svc-backup";
    private static final String BACKDOOR_KEY = "AKIA" + Organisation.fixed(BACKDOOR).base32(16);
    private static final String TRAIL = "{'name':'pondsong-prod'}";

    private CloudAttacks() {}

    /** A key found in a public repository: its finder tries one service after the other. */
    private static void leakedAccessKey(Script script) {
        Caller finder =
                Caller.iamUser(
                        Organisation.PROD,
                        Automation.REPORTING_USER,
                        Automation.REPORTING_KEY,
                        "175.16.199.37",
                        Caller.CLI);
        script.about(finder);
        script.call(ApiCall.of(Organisation.PROD, finder, "sts:GetCallerIdentity"));
        List<String> tried =
                List.of(
                        "iam:ListUsers",
                        "iam:ListRoles",
                        "iam:GetAccountAuthorizationDetails",
                        "iam:ListAccessKeys",
                        "iam:GetAccountSummary",
                        "s3:ListBuckets",
                        "ec2:DescribeInstances",
                        "ec2:DescribeVpcs",
                        "ec2:DescribeSnapshots",
                        "rds:DescribeDBInstances",
                        "lambda:ListFunctions20150331",
                        "secretsmanager:ListSecrets",
                        "ssm:DescribeParameters",
                        "kms:ListKeys",
                        "dynamodb:ListTables",
                        "ecr:DescribeRepositories",
                        "ses:GetAccount",
                        "organizations:DescribeOrganization",
                        "organizations:ListAccounts",
                        "cloudtrail:DescribeTrails",
                        "guardduty:ListDetectors",
                        "eks:ListClusters",
                        "route53:ListHostedZones",
                        "bedrock:ListFoundationModels");
        for (int round = 0; round < 2; round++) {
            for (String action : tried) {
                script.pause(1, 6).call(ApiCall.of(Organisation.PROD, finder, action).denied());
            }
        }
    }

    /** An administrator's stolen session makes a user that looks like a service's. */
    private static void backdoorAdministrator(Script script) {
        Caller thief = stolen("hugo.martens", script.now(), "198.51.100.200");
        Instant at = script.now();
        script.about(thief)
                .about(BACKDOOR)
                .call(
                        iam(thief, "CreateUser", "{'userName':'%s'}", BACKDOOR)
                                .response(
                                        "{'user':{'path':'/','userName':'%s','userId':'%s',"
                                                + "'arn':'arn:aws:iam::%s:user/%s',"
                                                + "'createDate':'%s'}}",
                                        BACKDOOR,
                                        Organisation.principalId(
                                                "AIDA", Organisation.PROD, BACKDOOR),
                                        Organisation.PROD.id(),
                                        BACKDOOR,
                                        Sessions.RESPONSE_DATE.format(at)))
                .pause(4, 12)
                .call(
                        iam(
                                thief,
                                "AttachUserPolicy",
                                "{'userName':'%s','policyArn':'%s'}",
                                BACKDOOR,
                                ADMINISTRATOR))
                .pause(4, 12)
                .call(
                        iam(thief, "CreateAccessKey", "{'userName':'%s'}", BACKDOOR)
                                .response(
                                        "{'accessKey':{'userName':'%s','accessKeyId':'%s',"
                                                + "'status':'Active','createDate':'%s'}}",
                                        BACKDOOR,
                                        BACKDOOR_KEY,
                                        Sessions.RESPONSE_DATE.format(at.plusSeconds(20))))
                .pause(60, 120)
                .call(
                        iam(
                                        thief,
                                        "CreateLoginProfile",
                                        "{'userName':'%s','passwordResetRequired':false}",
                                        Automation.REPORTING_USER)
                                .response(
                                        "{'loginProfile':{'userName':'%s','createDate':'%s',"
                                                + "'passwordResetRequired':false}}",
                                        Automation.REPORTING_USER,
                                        Sessions.RESPONSE_DATE.format(at)));
    }

    /**
     * The back door's user deletes the account's own trail and the flow log of another VPC. The
     * organisation's trail and the flow logs simulated here are out of its reach.
     */
    private static void loggingSwitchedOff(Script script) {
        Caller user =
                Caller.iamUser(
                        Organisation.PROD, BACKDOOR, BACKDOOR_KEY, "198.51.100.200", Caller.CLI);
        script.about(user);
        script.call(ApiCall.of(Organisation.PROD, user, "cloudtrail:StopLogging").request(TRAIL))
                .pause(10, 30)
                .call(ApiCall.of(Organisation.PROD, user, "cloudtrail:DeleteTrail").request(TRAIL))
                .pause(10, 30);
        script.call(
                ApiCall.of(Organisation.PROD, user, "ec2:DeleteFlowLogs")
                        .request(
                                "{'DeleteFlowLogsRequest':{'FlowLogId':{'tag':1,'content':'fl-0%s'}}}",
                                script.dice().hex(16))
                        .response(
                                "{'DeleteFlowLogsResponse':{'unsuccessful':'','xmlns':"
                                        + "'http://ec2.amazonaws.com/doc/2016-11-15/',"
                                        + "'requestId':'%s'}}",
                                script.dice().uuid()));
    }

    /** Someone inside lends a copy of the database to an account of their own. */
    private static void snapshotShared(Script script) {
        Caller insider = stolen("farid.haddad", script.now(), "81.2.69.170");
        String snapshot = "snap-0" + script.dice().hex(16);
        script.about(insider).about(snapshot);
        script.call(
                        ApiCall.of(Organisation.PROD, insider, "ec2:CreateSnapshot")
                                .request("{'volumeId':'vol-0%s'}", script.dice().hex(16))
                                .response(
                                        "{'snapshotId':'%s','status':'pending','encrypted':false,"
                                                + "'ownerId':'%s'}",
                                        snapshot, Organisation.PROD.id()))
                .pause(120, 300)
                .call(
                        ApiCall.of(Organisation.PROD, insider, "ec2:ModifySnapshotAttribute")
                                .request(
                                        "{'snapshotId':'%s','createVolumePermission':{'add':{"
                                                + "'items':[{'userId':'%s'}]}},"
                                                + "'attributeType':'CREATE_VOLUME_PERMISSION'}",
                                        snapshot, OUTSIDE_ACCOUNT)
                                .response(
                                        "{'requestId':'%s','_return':true}", script.dice().uuid()));
    }

    private static void bucketMadePublic(Script script) {
        Caller thief = stolen("ben.okoro", script.now(), "216.160.83.57");
        String bucket = "pondsong-exports";
        script.about(thief).about(bucket, Organisation.bucketArn(bucket));
        script.call(
                        ApiCall.of(Organisation.PROD, thief, "s3:DeleteBucketPublicAccessBlock")
                                .request(
                                        "{'bucketName':'%s','publicAccessBlock':'','Host':"
                                                + "'%s.s3.eu-west-1.amazonaws.com'}",
                                        bucket, bucket)
                                .resource("AWS::S3::Bucket", Organisation.bucketArn(bucket)))
                .pause(5, 20)
                .call(Changes.putBucketPolicy(Organisation.PROD, thief, bucket, "'*'"));
    }

    /** An account nobody missed: no MFA, and a password that was in a word list. */
    private static void consoleBruteForce(Script script) {
        ConsoleSignIn page = new ConsoleSignIn(Organisation.PROD, CONTRACTOR, "175.16.199.88");
        Caller session = page.session(script.now());
        script.about(session).about(CONTRACTOR);
        for (int i = script.dice().between(28, 40); i > 0; i--) {
            script.call(page.failure(false)).pause(2, 9);
        }
        script.call(page.success(false));
        for (Operation operation : Operation.INSTANCES_PAGE) {
            script.pause(1, 3)
                    .call(operation.by(session.byConsole(), Organisation.PROD, script.dice()));
        }
    }

    private static void securityGroupOpened(Script script) {
        Caller thief = stolen("carla.nunez", script.now(), "198.51.100.77");
        String group = "sg-0" + script.dice().hex(16);
        script.about(thief).about(group);
        for (int port : List.of(22, 3389)) {
            script.call(
                            Changes.allowIngress(
                                    Organisation.PROD,
                                    thief,
                                    group,
                                    port,
                                    "0.0.0.0/0",
                                    script.dice()))
                    .pause(8, 25);
        }
    }

    /** The role of a web server, its credentials taken from the machine. */
    private static void secretsHarvested(Script script) {
        Caller thief =
                Caller.role(
                        Organisation.PROD,
                        "pondsong-web",
                        Organisation.WEB_2.instance(),
                        script.now(),
                        "216.160.83.58",
                        Caller.BOTO);
        script.about(thief);
        script.call(
                ApiCall.of(Organisation.PROD, thief, "secretsmanager:ListSecrets")
                        .request("{'maxResults':100}"));
        for (String secret : Organisation.SECRETS) {
            script.pause(1, 3)
                    .call(
                            ApiCall.of(Organisation.PROD, thief, "secretsmanager:GetSecretValue")
                                    .request("{'secretId':'%s'}", Organisation.secretArn(secret)));
        }
        for (int i = 0; i < 25; i++) {
            script.pause(1, 2)
                    .call(
                            ApiCall.of(Organisation.PROD, thief, "ec2:GetPasswordData")
                                    .request("{'instanceId':'i-0%s'}", script.dice().hex(16))
                                    .denied());
        }
    }

    /** A person's session in the hands of someone else, or of the person gone bad. */
    private static Caller stolen(String person, Instant since, String address) {
        Person victim =
                Organisation.PEOPLE.stream()
                        .filter(p -> p.name().equals(person))
                        .findFirst()
                        .orElseThrow();
        return Caller.person(victim, Organisation.PROD, since, address, Caller.CLI);
    }

    private static ApiCall iam(Caller caller, String operation, String request, Object... values) {
        return ApiCall.of(Organisation.PROD, caller, "iam:" + operation).request(request, values);
    }
}
