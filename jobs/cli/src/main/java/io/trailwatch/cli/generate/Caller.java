package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.cli.generate.Organisation.Account;
import io.trailwatch.cli.generate.Organisation.Person;
import java.time.Instant;

/**
 * Who calls, from where and with what.
 *
 * @param identity CloudTrail's {@code userIdentity} (document "CloudTrail userIdentity element")
 * @param sourceAddress an address, or the name of a service
 * @param console whether the call was made by the console on someone's behalf
 */
record Caller(ObjectNode identity, String sourceAddress, String userAgent, boolean console) {
    static final String CLI =
            "aws-cli/2.31.6 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64"
                    + " lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard";
    static final String BOTO =
            "Boto3/1.40.51 md/Botocore#1.40.51 ua/2.1 os/linux#6.1.0 lang/python#3.12.3";
    static final String BROWSER =
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    static final String TERRAFORM =
            "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io)"
                    + " terraform-provider-aws/6.17.0 aws-sdk-go-v2/1.39.3 ua/2.1 os/linux"
                    + " lang/go#1.25.3";

    static Caller iamUser(
            Account account, String user, String accessKey, String address, String agent) {
        ObjectNode identity =
                Json.object(
                        "{'type':'IAMUser','principalId':'%s','arn':'arn:aws:iam::%s:user/%s',"
                                + "'accountId':'%s','accessKeyId':'%s','userName':'%s'}",
                        Organisation.principalId("AIDA", account, user),
                        account.id(),
                        user,
                        account.id(),
                        accessKey,
                        user);
        return new Caller(identity, address, agent, false);
    }

    static Caller role(
            Account account,
            String role,
            String session,
            Instant since,
            String address,
            String agent) {
        return role(account, "", role, session, since, address, agent);
    }

    /** A session of the role that IAM Identity Center made in the account. */
    static Caller person(
            Person person, Account account, Instant since, String address, String agent) {
        String path = "aws-reserved/sso.amazonaws.com/" + Organisation.REGION + "/";
        return role(account, path, person.roleName(), person.mail(), since, address, agent);
    }

    private static Caller role(
            Account account,
            String path,
            String role,
            String session,
            Instant since,
            String address,
            String agent) {
        String roleId = Organisation.principalId("AROA", account, role);
        // The same session has the same key wherever it is met.
        String key = "ASIA" + Organisation.fixed(roleId + session + since).base32(16);
        ObjectNode identity =
                Json.object(
                        "{'type':'AssumedRole','principalId':'%s:%s',"
                                + "'arn':'arn:aws:sts::%s:assumed-role/%s/%s',"
                                + "'accountId':'%s','accessKeyId':'%s','sessionContext':{"
                                + "'sessionIssuer':{'type':'Role','principalId':'%s',"
                                + "'arn':'arn:aws:iam::%s:role/%s%s','accountId':'%s',"
                                + "'userName':'%s'},'attributes':{'creationDate':'%s',"
                                + "'mfaAuthenticated':'false'}}}",
                        roleId,
                        session,
                        account.id(),
                        role,
                        session,
                        account.id(),
                        key,
                        roleId,
                        account.id(),
                        path,
                        role,
                        account.id(),
                        role,
                        since);
        return new Caller(identity, address, agent, false);
    }

    static Caller service(String principal) {
        ObjectNode identity = Json.object("{'type':'AWSService','invokedBy':'%s'}", principal);
        return new Caller(identity, principal, principal, false);
    }

    /** The same caller, by the console. */
    Caller byConsole() {
        return new Caller(identity, sourceAddress, "AWS Internal", true);
    }

    Caller from(String address, String agent) {
        return new Caller(identity, address, agent, console);
    }

    /** ARN of the caller, or the service's name. */
    String name() {
        return identity.path("arn").asText(identity.path("invokedBy").asText());
    }

    String accessKey() {
        return identity.path("accessKeyId").asText();
    }

    /** True when a client's own connection reached the service, whose TLS CloudTrail then tells. */
    boolean direct() {
        return !console && !identity.path("type").asText().equals("AWSService");
    }
}
