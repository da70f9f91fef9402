package io.trailwatch.cli.generate;

import java.util.List;

/**
 * The cast of the simulation. It is the same for every seed, so that inventories and allow-lists
 * can be written for it. Addresses are from documentation ranges (RFC 5737, RFC 3849) and from
 * MaxMind's test databases, which place them in London, Linköping, Milton and Changchun.
 */
final class Organisation {
    static final Account MANAGEMENT = new Account("111122223333", "management");
    static final Account PROD = new Account("444455556666", "prod");
    static final Account DEV = new Account("777788889999", "dev");
    static final List<Account> ACCOUNTS = List.of(MANAGEMENT, PROD, DEV);

    static final String REGION = "eu-west-1";

    /** Where IAM, the global sign-in page and Organizations log. */
    static final String GLOBAL_REGION = "us-east-1";

    static final String VPC = "vpc-0f2e4d6c8b0a13579";
    static final String OFFICE_ADDRESS = "198.51.100.10";
    static final String REPORTING_ADDRESS = "203.0.113.40";

    static final Host WEB_1 = Host.of("web-1", "10.20.10.21", FlowLog.DEFAULT_FORMAT);
    static final Host WEB_2 = Host.of("web-2", "10.20.11.22", FlowLog.DEFAULT_FORMAT);
    static final Host WEB_3 = Host.of("web-3", "10.20.10.23", FlowLog.DEFAULT_FORMAT);
    static final Host DATABASE = Host.of("database", "10.20.20.10", FlowLog.CUSTOM_FORMAT);
    static final Host NAT_GATEWAY = Host.of("nat", "10.20.0.5", FlowLog.DEFAULT_FORMAT);
    static final List<Host> LOAD_BALANCERS =
            List.of(
                    Host.of("alb-a", "10.20.0.11", FlowLog.DEFAULT_FORMAT),
                    Host.of("alb-b", "10.20.1.12", FlowLog.DEFAULT_FORMAT));
    static final List<Host> WEB_SERVERS = List.of(WEB_1, WEB_2, WEB_3);

    static final List<String> BUCKETS =
            List.of("pondsong-media", "pondsong-exports", "pondsong-logs", "pondsong-artifacts");
    static final List<String> SECRETS =
            List.of(
                    "prod/database",
                    "prod/mail-api",
                    "prod/push-signing",
                    "prod/session-cookie",
                    "prod/search",
                    "prod/payments",
                    "prod/partner-feed",
                    "prod/admin-panel");
    static final List<String> FUNCTIONS =
            List.of("thumbnailer", "feed-fanout", "digest-mailer", "abuse-score");

    /** People who sign in through IAM Identity Center. */
    static final List<Person> PEOPLE =
            List.of(
                    new Person("ada.field", "PlatformAdmin", 8, "81.2.69.161"),
                    new Person("ben.okoro", "Developer", 9, "81.2.69.193"),
                    new Person("carla.nunez", "Developer", 9, "81.2.69.194"),
                    new Person("dmitri.volk", "Developer", 10, "2001:db8:41:7::2f"),
                    new Person("elif.aydin", "Developer", 8, "81.2.69.165"),
                    new Person("farid.haddad", "DataAnalyst", 9, "81.2.69.170"),
                    new Person("grace.lindqvist", "SecurityAudit", 7, "89.160.20.129"),
                    new Person("hugo.martens", "PlatformAdmin", 9, "2001:db8:52:1::9"),
                    new Person("ines.costa", "Developer", 10, "81.2.69.196"),
                    new Person("jun.tanaka", "Developer", 8, "2001:db8:90:3::14"),
                    new Person("kofi.mensah", "Support", 7, "81.2.69.172"),
                    new Person("lena.fischer", "Billing", 9, "89.160.20.130"));

    private Organisation() {}

    /** An AWS account. */
    record Account(String id, String name) {}

    /**
     * Someone who works office hours.
     *
     * @param permissionSet the permission set of IAM Identity Center, part of the role's name
     * @param startHour hour of day, UTC, at which work begins; it lasts nine hours
     * @param homeAddress where about one day in three is worked from
     */
    record Person(String name, String permissionSet, int startHour, String homeAddress) {
        String mail() {
            return name + "@pondsong.example";
        }

        String roleName() {
            return "AWSReservedSSO_%s_%s".formatted(permissionSet, fixed(permissionSet).hex(16));
        }
    }

    static String bucketArn(String bucket) {
        return "arn:aws:s3:::" + bucket;
    }

    static String secretArn(String secret) {
        return "arn:aws:secretsmanager:%s:%s:secret:%s-%s"
                .formatted(REGION, PROD.id(), secret, fixed(secret).alphanumeric(6));
    }

    /** Id of a principal as IAM makes them, {@code prefix} being AIDA for users, AROA for roles. */
    static String principalId(String prefix, Account account, String name) {
        return prefix + fixed(account.id() + name).base32(17);
    }

    /** Dice for what never changes: ids of machines, roles and users. */
    static Dice fixed(String name) {
        return new Dice(0).fork(name);
    }
}
