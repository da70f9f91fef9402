package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.cli.generate.Organisation.Account;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One API call on its way to a CloudTrail record. Shapes follow the document "CloudTrail record
 * contents for management, data, and network activity events" and the records of each service.
 */
final class ApiCall {
    private static final Pattern READS =
            Pattern.compile(
                    "(Get|List|Describe|Lookup|Head|Batch|Decrypt|GenerateDataKey|Assume).*");

    /** Services that log in one Region only, whatever Region the caller works in. */
    private static final Set<String> GLOBAL = Set.of("iam", "organizations", "signin", "route53");

    private static final Set<String> JSON_PROTOCOL =
            Set.of("secretsmanager", "ssm", "kms", "lambda", "dynamodb", "logs", "ecr");

    private final Account account;
    private final Caller caller;
    private final String service;
    private final String operation;
    private final boolean readOnly;
    private final ObjectNode extras = Json.object();
    private String type = "AwsApiCall";
    private @Nullable ObjectNode request;
    private @Nullable ObjectNode response;
    private @Nullable String errorCode;
    private @Nullable String errorMessage;

    private ApiCall(Account account, Caller caller, String service, String operation) {
        this.account = account;
        this.caller = caller;
        this.service = service;
        this.operation = operation;
        this.readOnly = READS.matcher(operation).matches();
    }

    /**
     * @param action as IAM policies name it, such as {@code iam:CreateUser}
     */
    static ApiCall of(Account account, Caller caller, String action) {
        int colon = action.indexOf(':');
        return new ApiCall(
                account, caller, action.substring(0, colon), action.substring(colon + 1));
    }

    Account account() {
        return account;
    }

    String region() {
        return GLOBAL.contains(service) ? Organisation.GLOBAL_REGION : Organisation.REGION;
    }

    ApiCall request(String json, Object... values) {
        request = Json.object(json, values);
        return this;
    }

    ApiCall response(String json, Object... values) {
        response = Json.object(json, values);
        return this;
    }

    /** A field of the record beside the usual ones. */
    ApiCall with(String field, String json, Object... values) {
        extras.set(field, Json.object(json, values));
        return this;
    }

    ApiCall resource(String resourceType, String arn) {
        extras.putArray("resources")
                .addObject()
                .put("accountId", account.id())
                .put("type", resourceType)
                .put("ARN", arn);
        return this;
    }

    ApiCall type(String eventType) {
        type = eventType;
        return this;
    }

    ApiCall failed(@Nullable String code, String message) {
        errorCode = code;
        errorMessage = message;
        response = null;
        return this;
    }

    /** Refused by IAM, in the words of the service. EC2 still tells what was asked for. */
    ApiCall denied() {
        String why =
                "User: %s is not authorized to perform: %s:%s because no identity-based policy allows the %s:%s action"
                        .formatted(caller.name(), service, operation, service, operation);
        if (service.equals("ec2")) {
            return failed(
                    "Client.UnauthorizedOperation",
                    "You are not authorized to perform this operation. " + why);
        }
        request = null;
        return failed(
                JSON_PROTOCOL.contains(service) ? "AccessDeniedException" : "AccessDenied", why);
    }

    /** The record, with event and request ids from the dice. */
    ObjectNode record(Dice dice, Instant time) {
        boolean s3 = service.equals("s3");
        ObjectNode json = Json.object().put("eventVersion", "1.11");
        json.set("userIdentity", caller.identity());
        json.put("eventTime", time.toString())
                .put("eventSource", service + ".amazonaws.com")
                .put("eventName", operation)
                .put("awsRegion", region())
                .put("sourceIPAddress", caller.sourceAddress())
                .put("userAgent", s3 ? "[" + caller.userAgent() + "]" : caller.userAgent());
        if (errorCode != null) {
            json.put("errorCode", errorCode);
        }
        if (errorMessage != null) {
            json.put("errorMessage", errorMessage);
        }
        json.set("requestParameters", request == null ? NullNode.getInstance() : request);
        json.set("responseElements", response == null ? NullNode.getInstance() : response);
        if (s3) {
            json.set(
                    "additionalEventData",
                    Json.object(
                            "{'SignatureVersion':'SigV4','CipherSuite':'TLS_AES_128_GCM_SHA256',"
                                    + "'bytesTransferredIn':0,'AuthenticationMethod':'AuthHeader',"
                                    + "'bytesTransferredOut':%s}",
                            dice.between(200, 4000)));
        }
        if (type.equals("AwsApiCall")) {
            json.put("requestID", s3 ? dice.base32(16) : dice.uuid());
        }
        json.put("eventID", dice.uuid()).put("readOnly", readOnly).put("eventType", type);
        json.put("managementEvent", true).put("recipientAccountId", account.id());
        json.put("eventCategory", "Management");
        json.setAll(extras);
        if (caller.console()) {
            json.put("sessionCredentialFromConsole", "true");
        }
        if (caller.direct()) {
            json.set(
                    "tlsDetails",
                    Json.object(
                            "{'tlsVersion':'TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256',"
                                    + "'clientProvidedHostHeader':'%s'}",
                            endpoint()));
        }
        return json;
    }

    private String endpoint() {
        return switch (service) {
            case "iam", "organizations" -> service + ".amazonaws.com";
            case "signin" -> "signin.aws.amazon.com";
            default -> "%s.%s.amazonaws.com".formatted(service, Organisation.REGION);
        };
    }
}
