package io.trailwatch.table;

import static io.trailwatch.table.Column.optional;
import static io.trailwatch.table.Column.required;
import static io.trailwatch.table.Column.struct;
import static io.trailwatch.table.ColumnType.Primitive.BINARY;
import static io.trailwatch.table.ColumnType.Primitive.BOOLEAN;
import static io.trailwatch.table.ColumnType.Primitive.INT;
import static io.trailwatch.table.ColumnType.Primitive.LONG;
import static io.trailwatch.table.ColumnType.Primitive.STRING;
import static io.trailwatch.table.ColumnType.Primitive.TIMESTAMP;

import io.trailwatch.table.ColumnType.ListOf;
import io.trailwatch.table.ColumnType.StringMap;
import io.trailwatch.table.ColumnType.Struct;
import io.trailwatch.table.TableLayout.Granularity;
import io.trailwatch.table.TableLayout.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of the lake. Event tables follow OCSF 1.1.0 with the column names and structs of
 * Amazon Security Lake (source version 2): {@code time} is epoch milliseconds, {@code time_dt} the
 * same instant as a timestamp, and tables are partitioned by the latter.
 */
public final class Tables {
    private static final ColumnType STRINGS = new ListOf(STRING);

    private static final Column EVENT_KEY =
            required(
                    "event_key",
                    STRING,
                    "Identity by which repeats are known; unique in the table");
    private static final Column TIME =
            required("time", LONG, "Event time, milliseconds since 1970 UTC");
    private static final Column TIME_DT = required("time_dt", TIMESTAMP, "Event time, UTC");
    private static final Column RAW_DATA = required("raw_data", STRING, "The event as received");

    /** Behind all others, in every event table. */
    private static final Column SOURCE_LOG =
            struct(
                    "source_log",
                    "What is told of the event besides its own text; with raw_data it can be read"
                            + " again",
                    optional("format", STRING, "Format it is read by; field names of flow records"),
                    optional("account", STRING, "AWS account, as the envelopes say"),
                    optional("region", STRING, "AWS Region, as the envelopes say"),
                    optional("log_group", STRING, "Log group in CloudWatch Logs"),
                    optional("log_stream", STRING, "Log stream in CloudWatch Logs"));

    private static final Column UNMAPPED =
            optional(
                    "unmapped",
                    new StringMap(),
                    "Fields without a place in OCSF, values as JSON text");

    private static final Column ACCOUNT =
            struct("account", "AWS account", optional("uid", STRING, "12-digit account id"));
    private static final Column CLOUD =
            struct(
                    "cloud",
                    "Where in AWS",
                    optional("provider", STRING, "AWS"),
                    optional("region", STRING, "AWS Region"),
                    ACCOUNT);
    private static final Column LOCATION =
            struct(
                    "location",
                    "Where the address is said to be",
                    optional("country", STRING, "ISO 3166-1 alpha-2"),
                    optional("city", STRING, "English name"));
    private static final Column AUTONOMOUS_SYSTEM =
            struct(
                    "autonomous_system",
                    "Who announces the address",
                    optional("number", LONG, "AS number"),
                    optional("name", STRING, "Organisation of the AS"));
    private static final Column METADATA =
            struct(
                    "metadata",
                    "OCSF metadata",
                    optional("version", STRING, "OCSF version of this row"),
                    optional("uid", STRING, "Id the source gave the event"),
                    optional("event_code", STRING, "eventType of CloudTrail"),
                    optional(
                            "correlation_uid",
                            STRING,
                            "sharedEventID of CloudTrail; of a correction the originalEventID"),
                    struct(
                            "product",
                            "What wrote the log",
                            optional("name", STRING, "Product"),
                            optional("vendor_name", STRING, "Vendor"),
                            optional("version", STRING, "Version of the record format"),
                            struct(
                                    "feature",
                                    "Part of the product",
                                    optional("name", STRING, "eventCategory of CloudTrail"))),
                    optional("profiles", STRINGS, "OCSF profiles the row follows"),
                    optional("log_name", STRING, "Log group in CloudWatch Logs"),
                    optional("log_provider", STRING, "Service that handed the log on"));
    private static final Column OBSERVABLES =
            optional(
                    "observables",
                    new ListOf(
                            new Struct(
                                    List.of(
                                            optional("name", STRING, "Path of the column"),
                                            optional("type", STRING, "OCSF observable type"),
                                            optional("type_id", INT, "OCSF observable type_id"),
                                            optional("value", STRING, "Value")))),
                    "Values worth searching for, across columns");
    private static final Column ENRICHMENTS =
            optional(
                    "enrichments",
                    new ListOf(
                            new Struct(
                                    List.of(
                                            optional("name", STRING, "Path of the enriched column"),
                                            optional("value", STRING, "Its value"),
                                            optional("type", STRING, "Kind of enrichment"),
                                            optional("data", STRING, "What was found")))),
                    "Threat lists that name an address of the event");

    /** One AWS API event. */
    public static final TableLayout CLOUD_TRAIL =
            event(
                    "cloud_trail",
                    "One row per CloudTrail event: OCSF API Activity, Authentication or Account"
                            + " Change",
                    Granularity.DAY,
                    List.of(
                            "event_key",
                            "metadata.uid",
                            "src_endpoint.ip",
                            "actor.user.credential_uid",
                            "actor.user.uid"),
                    List.of(
                            optional(
                                    "start_time",
                                    LONG,
                                    "Start of the window of an aggregated event, epoch"
                                            + " milliseconds"),
                            optional(
                                    "end_time",
                                    LONG,
                                    "End of the window of an aggregated event, epoch"
                                            + " milliseconds"),
                            optional("count", INT, "Calls that an aggregated event stands for")),
                    CLOUD,
                    struct(
                            "api",
                            "The call",
                            optional("operation", STRING, "eventName"),
                            optional("version", STRING, "apiVersion"),
                            struct("service", "Service", optional("name", STRING, "eventSource")),
                            struct(
                                    "request",
                                    "Request",
                                    optional(
                                            "uid",
                                            STRING,
                                            "requestID; eventID where there is none"),
                                    optional("data", STRING, "requestParameters as JSON text")),
                            struct(
                                    "response",
                                    "Response",
                                    optional("error", STRING, "errorCode"),
                                    optional("message", STRING, "errorMessage"),
                                    optional("data", STRING, "responseElements as JSON text"))),
                    struct(
                            "actor",
                            "Who called",
                            struct(
                                    "user",
                                    "Caller",
                                    optional("type", STRING, "userIdentity.type"),
                                    optional("uid", STRING, "userIdentity.arn"),
                                    optional("uid_alt", STRING, "userIdentity.principalId"),
                                    optional(
                                            "name",
                                            STRING,
                                            "userIdentity.userName, or that of the session's"
                                                    + " issuer"),
                                    optional("credential_uid", STRING, "userIdentity.accessKeyId"),
                                    ACCOUNT),
                            struct(
                                    "session",
                                    "Session",
                                    optional(
                                            "issuer",
                                            STRING,
                                            "ARN of the role that issued the session"),
                                    optional(
                                            "created_time",
                                            LONG,
                                            "Start of the session, epoch milliseconds"),
                                    optional("is_mfa", BOOLEAN, "Whether MFA was used"),
                                    optional("uid", STRING, "sourceIdentity")),
                            optional(
                                    "invoked_by",
                                    STRING,
                                    "Service that called on the caller's behalf"),
                            struct(
                                    "idp",
                                    "Identity provider",
                                    optional("name", STRING, "Provider")),
                            optional(
                                    "app_name",
                                    STRING,
                                    "The same as invoked_by, where rows follow OCSF 1.5.0")),
                    struct(
                            "user",
                            "The user acted on (Authentication, Account Change)",
                            optional("uid", STRING, "ARN"),
                            optional("name", STRING, "User name"),
                            optional("type", STRING, "userIdentity.type"),
                            optional("uid_alt", STRING, "userIdentity.principalId"),
                            optional("credential_uid", STRING, "userIdentity.accessKeyId"),
                            ACCOUNT),
                    struct(
                            "src_endpoint",
                            "Where the call came from",
                            optional("ip", STRING, "Address; null when a service called"),
                            optional("domain", STRING, "Name of the calling service"),
                            optional("uid", STRING, "vpcEndpointId"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM,
                            optional(
                                    "svc_name",
                                    STRING,
                                    "The same as domain; Unknown where no source is told")),
                    struct(
                            "dst_endpoint",
                            "What was called",
                            optional("svc_name", STRING, "eventSource")),
                    struct("http_request", "HTTP", optional("user_agent", STRING, "userAgent")),
                    optional(
                            "resources",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    optional("uid", STRING, "ARN"),
                                                    optional(
                                                            "type",
                                                            STRING,
                                                            "CloudFormation type name"),
                                                    struct("owner", "Owner", ACCOUNT)))),
                            "Resources the event names"),
                    optional("is_mfa", BOOLEAN, "MFA used at a console login"));

    /** One VPC flow record. */
    public static final TableLayout VPC_FLOW =
            event(
                    "vpc_flow",
                    "One row per VPC flow record: OCSF Network Activity",
                    Granularity.HOUR,
                    List.of("src_endpoint.ip", "dst_endpoint.ip", "src_endpoint.interface_uid"),
                    CLOUD,
                    optional("start_time", LONG, "Start of the capture window, epoch milliseconds"),
                    optional("end_time", LONG, "End of the capture window, epoch milliseconds"),
                    endpoint("src_endpoint", "Sender"),
                    endpoint("dst_endpoint", "Receiver"),
                    struct(
                            "connection_info",
                            "Connection",
                            optional("protocol_num", INT, "IANA protocol number"),
                            optional("protocol_ver", STRING, "IPv4 or IPv6"),
                            optional("tcp_flags", INT, "OR of the flags seen in the window"),
                            optional("direction", STRING, "Inbound, Outbound or Unknown"),
                            optional("direction_id", INT, "OCSF direction_id"),
                            optional("boundary", STRING, "traffic-path in words"),
                            optional("boundary_id", INT, "OCSF boundary_id of traffic-path")),
                    struct(
                            "traffic",
                            "Volume",
                            optional("packets", LONG, "Packets"),
                            optional("bytes", LONG, "Bytes")),
                    optional("action", STRING, "Allowed or Denied"),
                    optional("action_id", INT, "OCSF action_id"),
                    optional("status_code", STRING, "log-status"));

    /** One application event. */
    public static final TableLayout APP_EVENTS =
            layout(
                    "app_events",
                    "One row per application event: the typed envelope and its attributes",
                    new Partition("time_dt", Granularity.DAY),
                    List.of("time_dt"),
                    List.of("event_key", "source_ip", "user"),
                    List.of(
                            EVENT_KEY,
                            TIME,
                            TIME_DT,
                            required("event_id", STRING, "Id the application gave the event"),
                            required("type", STRING, "Dotted, such as auth.sign_in"),
                            optional("user", STRING, "Acting user"),
                            optional("session", STRING, "Session of the user"),
                            optional("source_ip", STRING, "Address of the client"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM,
                            optional("user_agent", STRING, "User agent of the client"),
                            optional("outcome", STRING, "success or failure"),
                            optional(
                                    "attributes",
                                    new StringMap(),
                                    "Whatever else the application says"),
                            optional("schema_name", STRING, "Schema the event was written with"),
                            optional("schema_version_id", STRING, "Version id of that schema"),
                            ENRICHMENTS,
                            RAW_DATA,
                            SOURCE_LOG));

    private static final Column SECURITY_CONTROL_RULE =
            struct(
                    "firewall_rule",
                    "The rule that decided",
                    optional("uid", STRING, "Id of the rule or of its group"),
                    optional("name", STRING, "Name of the rule"),
                    optional("type", STRING, "Kind of rule, such as REGULAR or RATE_BASED"),
                    optional("condition", STRING, "What the rule looks for"),
                    optional("match_location", STRING, "Part of the request that matched"),
                    optional("match_details", STRINGS, "What matched there"),
                    optional("rate_limit", INT, "Requests allowed in the window"));

    /** One request that an access log tells. */
    public static final TableLayout HTTP_ACTIVITY =
            event(
                    "http_activity",
                    "One row per request in the access logs of load balancers, CloudFront, S3 and"
                            + " WAF: OCSF HTTP Activity; a TLS connection of a Network Load"
                            + " Balancer is Network Activity",
                    Granularity.DAY,
                    List.of("event_key", "src_endpoint.ip", "http_request.url.hostname"),
                    List.of(),
                    CLOUD,
                    optional("start_time", LONG, "Start of the request, epoch milliseconds"),
                    optional("status_code", STRING, "Error code the source gives"),
                    optional("status_detail", STRING, "Outcome in the words of the source"),
                    struct(
                            "http_request",
                            "Request",
                            optional("uid", STRING, "Id of the request"),
                            optional("http_method", STRING, "Method, upper case"),
                            optional("version", STRING, "Such as HTTP/1.1"),
                            struct(
                                    "url",
                                    "What was asked for",
                                    optional("url_string", STRING, "Whole, as far as logged"),
                                    optional("scheme", STRING, "http or https"),
                                    optional("hostname", STRING, "Host"),
                                    optional("port", INT, "Port"),
                                    optional("path", STRING, "Path"),
                                    optional("query_string", STRING, "Behind the question mark")),
                            optional("args", STRING, "httpRequest.args of WAF"),
                            optional("user_agent", STRING, "User agent"),
                            optional("referrer", STRING, "Referer"),
                            optional("x_forwarded_for", STRINGS, "Addresses before the proxy"),
                            optional(
                                    "http_headers",
                                    new ListOf(
                                            new Struct(
                                                    List.of(
                                                            optional("name", STRING, "Name"),
                                                            optional("value", STRING, "Value")))),
                                    "Headers, as far as logged")),
                    struct(
                            "http_response",
                            "Response",
                            optional("code", INT, "Status code sent to the client"),
                            optional("content_type", STRING, "Content-Type"),
                            optional("latency", INT, "Milliseconds")),
                    struct(
                            "src_endpoint",
                            "Client",
                            optional("ip", STRING, "Address"),
                            optional("port", INT, "Port"),
                            optional("svc_name", STRING, "AWS service that called"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM),
                    struct(
                            "dst_endpoint",
                            "What the client spoke to",
                            optional("ip", STRING, "Address"),
                            optional("port", INT, "Port"),
                            optional("hostname", STRING, "Host the client asked for"),
                            optional("svc_name", STRING, "AWS service"),
                            optional(
                                    "uid",
                                    STRING,
                                    "Load balancer, distribution, bucket or protected resource"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM),
                    struct(
                            "connection_info",
                            "Connection",
                            optional("protocol_num", INT, "IANA protocol number"),
                            optional("direction", STRING, "Inbound"),
                            optional("direction_id", INT, "OCSF direction_id")),
                    struct(
                            "traffic",
                            "Volume",
                            optional("bytes", LONG, "Bytes both ways"),
                            optional("bytes_in", LONG, "Bytes from the client"),
                            optional("bytes_out", LONG, "Bytes to the client")),
                    struct(
                            "tls",
                            "TLS towards the client",
                            optional("version", STRING, "Such as TLSv1.3"),
                            optional("cipher", STRING, "Cipher suite"),
                            optional("sni", STRING, "Server name the client asked for"),
                            optional("handshake_dur", INT, "Milliseconds")),
                    struct(
                            "load_balancer",
                            "Load balancer",
                            optional("uid", STRING, "Resource id"),
                            optional("name", STRING, "Name"),
                            optional("code", INT, "Status code of the target"),
                            optional("classification", STRING, "classification"),
                            optional("status_detail", STRING, "classification_reason"),
                            optional("error_message", STRING, "error_reason"),
                            optional("message", STRING, "actions_executed"),
                            struct(
                                    "dst_endpoint",
                                    "Target",
                                    optional("ip", STRING, "Address"),
                                    optional("port", INT, "Port"),
                                    optional("name", STRING, "ARN of its target group")),
                            optional(
                                    "metrics",
                                    new ListOf(
                                            new Struct(
                                                    List.of(
                                                            optional("name", STRING, "Name"),
                                                            optional("value", STRING, "Value")))),
                                    "Processing times in seconds")),
                    struct(
                            "actor",
                            "Who asked, where the log tells it",
                            struct(
                                    "user",
                                    "Requester",
                                    optional("uid", STRING, "Canonical id or ARN"),
                                    ACCOUNT)),
                    optional("action", STRING, "Allowed or Denied"),
                    optional("action_id", INT, "OCSF action_id"),
                    optional("disposition", STRING, "Such as Blocked, Count, Captcha"),
                    optional("disposition_id", INT, "OCSF disposition_id"),
                    SECURITY_CONTROL_RULE);

    /** One DNS query. */
    public static final TableLayout DNS_ACTIVITY =
            event(
                    "dns_activity",
                    "One row per query that Route 53 answered: OCSF DNS Activity",
                    Granularity.HOUR,
                    List.of("src_endpoint.ip", "src_endpoint.instance_uid", "query.hostname"),
                    List.of(),
                    CLOUD,
                    optional("query_time", LONG, "Time of the query, epoch milliseconds"),
                    struct(
                            "query",
                            "Question",
                            optional("hostname", STRING, "Name asked for, lower case, no last dot"),
                            optional("type", STRING, "Such as A, AAAA, TXT"),
                            optional("class", STRING, "Such as IN")),
                    optional(
                            "answers",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    optional("rdata", STRING, "Answer"),
                                                    optional("type", STRING, "Such as CNAME"),
                                                    optional("class", STRING, "Such as IN")))),
                            "Answers"),
                    optional("rcode", STRING, "Such as NoError, NXDomain"),
                    optional("rcode_id", INT, "OCSF rcode_id"),
                    struct(
                            "src_endpoint",
                            "Who asked",
                            optional("ip", STRING, "Address"),
                            optional("port", INT, "Port"),
                            optional("vpc_uid", STRING, "vpc_id"),
                            optional("instance_uid", STRING, "srcids.instance"),
                            optional("uid", STRING, "Resolver endpoint it came through"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM),
                    struct(
                            "dst_endpoint",
                            "Who answered",
                            optional("svc_name", STRING, "AWS service"),
                            optional("uid", STRING, "Hosted zone"),
                            optional("zone", STRING, "Edge location")),
                    struct(
                            "connection_info",
                            "Connection",
                            optional("protocol_name", STRING, "udp or tcp, or DOH"),
                            optional("direction", STRING, "Unknown, Inbound or Outbound"),
                            optional("direction_id", INT, "OCSF direction_id")),
                    optional("action", STRING, "Allowed or Denied"),
                    optional("action_id", INT, "OCSF action_id"),
                    optional("disposition", STRING, "Such as Blocked, Alert, No Action"),
                    optional("disposition_id", INT, "OCSF disposition_id"),
                    SECURITY_CONTROL_RULE);

    /** One request to the API server of an EKS cluster, at one stage. */
    public static final TableLayout EKS_AUDIT =
            event(
                    "eks_audit",
                    "One row per Kubernetes audit event of an EKS cluster: OCSF API Activity",
                    Granularity.DAY,
                    List.of("event_key", "metadata.uid", "actor.user.name", "src_endpoint.ip"),
                    List.of(),
                    CLOUD,
                    optional("start_time", LONG, "requestReceivedTimestamp, epoch milliseconds"),
                    optional("end_time", LONG, "stageTimestamp, epoch milliseconds"),
                    struct(
                            "api",
                            "The call",
                            optional("operation", STRING, "verb"),
                            optional("version", STRING, "objectRef.apiVersion"),
                            struct(
                                    "group",
                                    "API group",
                                    optional("name", STRING, "objectRef.apiGroup")),
                            struct("service", "Cluster", optional("name", STRING, "Cluster")),
                            struct(
                                    "request",
                                    "Request",
                                    optional("uid", STRING, "auditID"),
                                    optional("data", STRING, "requestObject as JSON text")),
                            struct(
                                    "response",
                                    "Response",
                                    optional("code", INT, "responseStatus.code"),
                                    optional("error", STRING, "responseStatus.reason"),
                                    optional("message", STRING, "responseStatus.message"),
                                    optional("data", STRING, "responseObject as JSON text"))),
                    struct(
                            "actor",
                            "Who called",
                            struct(
                                    "user",
                                    "Authenticated user",
                                    optional("name", STRING, "user.username"),
                                    optional("uid", STRING, "user.uid"),
                                    optional("uid_alt", STRING, "user.extra.arn"),
                                    optional("credential_uid", STRING, "user.extra.accessKeyId"),
                                    optional(
                                            "groups",
                                            new ListOf(
                                                    new Struct(
                                                            List.of(
                                                                    optional(
                                                                            "name", STRING,
                                                                            "Group")))),
                                            "user.groups")),
                            struct(
                                    "session",
                                    "Session of the IAM principal",
                                    optional("uid", STRING, "user.extra.sessionName"),
                                    optional("issuer", STRING, "user.extra.canonicalArn")),
                            optional(
                                    "authorizations",
                                    new ListOf(
                                            new Struct(
                                                    List.of(
                                                            optional(
                                                                    "decision",
                                                                    STRING,
                                                                    "allow or forbid"),
                                                            struct(
                                                                    "policy",
                                                                    "What decided",
                                                                    optional(
                                                                            "name",
                                                                            STRING,
                                                                            "Authoriser, such as"
                                                                                    + " RBAC"),
                                                                    optional(
                                                                            "desc", STRING,
                                                                            "Why"))))),
                                    "authorization.k8s.io annotations")),
                    struct(
                            "src_endpoint",
                            "Where the call came from",
                            optional("ip", STRING, "First of sourceIPs"),
                            optional("intermediate_ips", STRINGS, "The other sourceIPs"),
                            LOCATION,
                            AUTONOMOUS_SYSTEM),
                    struct(
                            "dst_endpoint",
                            "What was called",
                            optional("svc_name", STRING, "eks.amazonaws.com"),
                            optional("name", STRING, "Cluster")),
                    struct(
                            "http_request",
                            "HTTP",
                            optional("user_agent", STRING, "userAgent"),
                            struct(
                                    "url",
                                    "What was asked for",
                                    optional("path", STRING, "Path of requestURI"),
                                    optional("query_string", STRING, "Query of requestURI"))),
                    optional(
                            "resources",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    optional("name", STRING, "objectRef.name"),
                                                    optional(
                                                            "type",
                                                            STRING,
                                                            "objectRef.resource/subresource"),
                                                    optional(
                                                            "namespace",
                                                            STRING,
                                                            "objectRef.namespace"),
                                                    optional(
                                                            "uid",
                                                            STRING,
                                                            "objectRef.uid, or the path of"
                                                                    + " requestURI")))),
                            "What was acted on"));

    /** One state of a finding of an AWS service. */
    public static final TableLayout AWS_FINDINGS =
            event(
                    "aws_findings",
                    "One row per state of a finding of GuardDuty or Security Hub: OCSF Detection"
                            + " Finding",
                    Granularity.DAY,
                    List.of("event_key", "finding_info.uid"),
                    List.of(),
                    CLOUD,
                    optional("message", STRING, "Same as finding_info.title"),
                    optional("comment", STRING, "Note on the finding"),
                    struct(
                            "finding_info",
                            "The finding",
                            optional("uid", STRING, "Id; all states of a finding share it"),
                            optional("title", STRING, "Title"),
                            optional("desc", STRING, "Description"),
                            optional("types", STRINGS, "Types"),
                            optional("created_time", LONG, "Epoch milliseconds"),
                            optional("modified_time", LONG, "Epoch milliseconds"),
                            optional("first_seen_time", LONG, "Epoch milliseconds"),
                            optional("last_seen_time", LONG, "Epoch milliseconds"),
                            optional("src_url", STRING, "Where to read on"),
                            struct(
                                    "analytic",
                                    "What found it",
                                    optional("uid", STRING, "Id of rule or detector"),
                                    optional("name", STRING, "Name of rule or detector"),
                                    optional("type", STRING, "OCSF analytic type"),
                                    optional("type_id", INT, "OCSF analytic type_id"))),
                    optional("confidence_score", INT, "0 to 100"),
                    optional(
                            "resources",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    optional("uid", STRING, "ARN or id"),
                                                    optional("type", STRING, "Type"),
                                                    optional("name", STRING, "Name"),
                                                    optional("region", STRING, "AWS Region"),
                                                    optional(
                                                            "cloud_partition",
                                                            STRING,
                                                            "Such as aws"),
                                                    optional("data", STRING, "Details as JSON")))),
                            "Resources concerned"),
                    optional(
                            "evidences",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    struct(
                                                            "actor",
                                                            "Who acted",
                                                            struct(
                                                                    "user",
                                                                    "User",
                                                                    optional(
                                                                            "name",
                                                                            STRING,
                                                                            "User name"),
                                                                    optional(
                                                                            "uid",
                                                                            STRING,
                                                                            "Principal id"),
                                                                    optional(
                                                                            "type",
                                                                            STRING,
                                                                            "Kind of user"),
                                                                    optional(
                                                                            "credential_uid",
                                                                            STRING,
                                                                            "Access key id"))),
                                                    struct(
                                                            "api",
                                                            "The call",
                                                            optional(
                                                                    "operation",
                                                                    STRING,
                                                                    "Name of the call"),
                                                            struct(
                                                                    "service",
                                                                    "Service",
                                                                    optional(
                                                                            "name", STRING,
                                                                            "Service"))),
                                                    struct(
                                                            "src_endpoint",
                                                            "Source",
                                                            optional("ip", STRING, "Address"),
                                                            optional("port", INT, "Port"),
                                                            LOCATION,
                                                            AUTONOMOUS_SYSTEM),
                                                    struct(
                                                            "dst_endpoint",
                                                            "Destination",
                                                            optional("ip", STRING, "Address"),
                                                            optional("port", INT, "Port"),
                                                            LOCATION,
                                                            AUTONOMOUS_SYSTEM),
                                                    struct(
                                                            "query",
                                                            "DNS",
                                                            optional(
                                                                    "hostname",
                                                                    STRING,
                                                                    "Name asked for")),
                                                    optional("data", STRING, "The rest as JSON")))),
                            "What it rests on"),
                    struct(
                            "remediation",
                            "What to do",
                            optional("desc", STRING, "Advice"),
                            optional("references", STRINGS, "Where to read on")));

    /** One finding. */
    public static final TableLayout FINDINGS =
            layout(
                    "findings",
                    "One row per finding: OCSF Detection Finding, with what proves it",
                    new Partition("time_dt", Granularity.DAY),
                    List.of("time_dt"),
                    List.of("id", "entity"),
                    List.of(
                            required("id", STRING, "Hash of rule, entity and window or event"),
                            TIME,
                            TIME_DT,
                            required("rule_id", STRING, "Sigma rule id or id of the detector"),
                            required("rule_title", STRING, "Title of the rule"),
                            required("rule_version", STRING, "Date or version of the rule"),
                            required("rule_author", STRING, "Author of the rule"),
                            required(
                                    "severity",
                                    STRING,
                                    "informational, low, medium, high or critical"),
                            required("severity_id", INT, "OCSF severity_id"),
                            required("entity_type", STRING, "principal, ip or user"),
                            required("entity", STRING, "What the finding is about"),
                            optional("account", STRING, "AWS account"),
                            optional("region", STRING, "AWS Region"),
                            required("techniques", STRINGS, "MITRE ATT&CK technique ids"),
                            required(
                                    "evidence",
                                    STRINGS,
                                    "event_key of the events that fulfilled the rule"),
                            required("first_seen", TIMESTAMP, "First event counted"),
                            required("last_seen", TIMESTAMP, "Last event counted"),
                            required("count", LONG, "Events counted"),
                            required("message", STRING, "What happened, in a sentence"),
                            required("class_uid", INT, "OCSF class, 2004"),
                            required("class_name", STRING, "Detection Finding"),
                            required("category_uid", INT, "2"),
                            required("category_name", STRING, "Findings"),
                            required("activity_id", INT, "1"),
                            required("activity_name", STRING, "Create"),
                            required("type_uid", LONG, "200401"),
                            required("type_name", STRING, "Detection Finding: Create"),
                            struct(
                                    "finding_info",
                                    "OCSF finding information",
                                    optional("uid", STRING, "Same as id"),
                                    optional("title", STRING, "Title"),
                                    optional("desc", STRING, "Same as message"),
                                    struct(
                                            "analytic",
                                            "The rule",
                                            optional("uid", STRING, "Rule id"),
                                            optional("name", STRING, "Rule title"),
                                            optional("version", STRING, "Rule version"),
                                            optional("type", STRING, "Rule"),
                                            optional("type_id", INT, "OCSF analytic type_id")),
                                    optional("created_time", LONG, "Same as time"),
                                    optional(
                                            "first_seen_time",
                                            LONG,
                                            "First event counted, epoch milliseconds"),
                                    optional(
                                            "last_seen_time",
                                            LONG,
                                            "Last event counted, epoch milliseconds"),
                                    optional(
                                            "attacks",
                                            new ListOf(
                                                    new Struct(
                                                            List.of(
                                                                    struct(
                                                                            "technique",
                                                                            "Technique",
                                                                            optional(
                                                                                    "uid",
                                                                                    STRING,
                                                                                    "Such as"
                                                                                        + " T1110")),
                                                                    struct(
                                                                            "sub_technique",
                                                                            "Sub-technique",
                                                                            optional(
                                                                                    "uid",
                                                                                    STRING,
                                                                                    "Such as"
                                                                                        + " T1110.004"))))),
                                            "MITRE ATT&CK")),
                            METADATA,
                            CLOUD,
                            optional("status_id", INT, "OCSF status, 1"),
                            optional("status", STRING, "New"),
                            OBSERVABLES));

    /** One finding of a rule that is being tried. */
    public static final TableLayout FINDINGS_DRY_RUN =
            layout(
                    "findings_dry_run",
                    "One row per finding of a rule or detector whose mode is dry-run, in the"
                            + " columns of findings; nobody was told",
                    FINDINGS.partition(),
                    FINDINGS.sortBy(),
                    FINDINGS.bloomFilters(),
                    FINDINGS.columns());

    /** Bytes that could not be read. */
    public static final TableLayout QUARANTINE =
            layout(
                    "quarantine",
                    "One row per piece that could not be read, with its bytes and the reason",
                    new Partition("arrival_time", Granularity.DAY),
                    List.of("arrival_time"),
                    List.of("id"),
                    List.of(
                            required("id", STRING, "Hash of place, stage and bytes"),
                            required("arrival_time", TIMESTAMP, "Arrival of the raw record"),
                            required(
                                    "stage",
                                    STRING,
                                    "source, unwrap, decode, match, normalise or rules"),
                            required("reason", STRING, "Reason code"),
                            required("detail", STRING, "Field, value and limit"),
                            required("source", STRING, "Stream ARN or file"),
                            required("shard", STRING, "Shard; empty for files"),
                            required(
                                    "sequence",
                                    STRING,
                                    "Sequence number, or byte offset in the file"),
                            required("sub_sequence", INT, "Place within a KPL aggregate"),
                            required("index", INT, "Place within the raw record"),
                            required("payload", BINARY, "The bytes, or the first of them"),
                            optional(
                                    "total_bytes",
                                    LONG,
                                    "Bytes there were; more than the payload has when only its head"
                                            + " is kept"),
                            optional(
                                    "whole_record",
                                    BOOLEAN,
                                    "True where the bytes are the raw record as it came"),
                            optional("account", STRING, "AWS account, as the envelopes say"),
                            optional("region", STRING, "AWS Region, as the envelopes say"),
                            optional("log_group", STRING, "Log group in CloudWatch Logs"),
                            optional("log_stream", STRING, "Log stream in CloudWatch Logs"),
                            optional(
                                    "log_event_id",
                                    STRING,
                                    "Id of the CloudWatch log event it was cut from, at unwrap"),
                            optional(
                                    "log_timestamp",
                                    LONG,
                                    "Time of the CloudWatch log event, milliseconds since 1970"),
                            optional("kind", STRING, "Kind of log it was cut as, behind unwrap"),
                            optional("format", STRING, "Format it was cut as, behind unwrap"),
                            optional("event_key", STRING, "Key of the event, behind unwrap"),
                            optional(
                                    "event_hour",
                                    LONG,
                                    "Hour of the event since 1970, 0 where its bytes do not tell it"
                                            + " at a glance, behind unwrap")));

    /** What became of every event. */
    public static final TableLayout LEDGER =
            layout(
                    "ledger",
                    "Sums per source and hour of arrival: received = written + quarantined +"
                        + " deduplicated + control; rows of one source and hour are to be added up",
                    new Partition("hour", Granularity.DAY),
                    List.of("hour"),
                    List.of(),
                    List.of(
                            required("source", STRING, "Stream and shard, or file"),
                            required("hour", TIMESTAMP, "Hour of arrival"),
                            required("received", LONG, "Pieces that unwrapping made"),
                            required("written", LONG, "Rows written to an event table"),
                            required("quarantined", LONG, "Rows written to quarantine"),
                            required(
                                    "deduplicated",
                                    LONG,
                                    "Repeats, and what the lake already held"),
                            required("control", LONG, "Control messages"),
                            required(
                                    "late",
                                    LONG,
                                    "Of those written, too late for a windowed detector"),
                            required(
                                    "lost",
                                    LONG,
                                    "Ranges of the shard that were gone before they were read; see"
                                            + " quarantine, reason RECORDS_LOST")));

    /** Tables of events, each with its {@code event_key}. */
    public static final List<TableLayout> EVENTS =
            List.of(
                    CLOUD_TRAIL,
                    VPC_FLOW,
                    APP_EVENTS,
                    HTTP_ACTIVITY,
                    DNS_ACTIVITY,
                    EKS_AUDIT,
                    AWS_FINDINGS);

    /** All tables. */
    public static final List<TableLayout> ALL =
            Stream.concat(
                            EVENTS.stream(),
                            Stream.of(FINDINGS, FINDINGS_DRY_RUN, QUARANTINE, LEDGER))
                    .toList();

    private Tables() {}

    private static Column endpoint(String name, String doc) {
        return struct(
                name,
                doc,
                optional("ip", STRING, "Address"),
                optional("port", INT, "Port"),
                optional("interface_uid", STRING, "interface-id, on the side that was logged"),
                optional("vpc_uid", STRING, "vpc-id, on the side that was logged"),
                optional("subnet_uid", STRING, "subnet-id, on the side that was logged"),
                optional("instance_uid", STRING, "instance-id, on the side that was logged"),
                optional("svc_name", STRING, "AWS service behind the address"),
                optional("intermediate_ips", STRINGS, "Packet-level address, where it differs"),
                LOCATION,
                AUTONOMOUS_SYSTEM,
                optional(
                        "uid",
                        STRING,
                        "resource-id, on the side that was logged; Unknown where nothing is told"
                                + " of a side"));
    }

    private static TableLayout event(
            String name,
            String doc,
            Granularity granularity,
            List<String> bloomFilters,
            Column... peculiar) {
        return event(name, doc, granularity, bloomFilters, List.of(), peculiar);
    }

    /**
     * An OCSF event table: classification, then what is peculiar to the class.
     *
     * @param later columns that were added since, behind all others
     */
    private static TableLayout event(
            String name,
            String doc,
            Granularity granularity,
            List<String> bloomFilters,
            List<Column> later,
            Column... peculiar) {
        List<Column> columns = new ArrayList<>();
        columns.addAll(
                List.of(
                        EVENT_KEY,
                        TIME,
                        TIME_DT,
                        required("class_uid", INT, "OCSF class"),
                        required("class_name", STRING, "Name of the class"),
                        required("category_uid", INT, "OCSF category"),
                        required("category_name", STRING, "Name of the category"),
                        required("activity_id", INT, "OCSF activity"),
                        required("activity_name", STRING, "Name of the activity"),
                        required("type_uid", LONG, "class_uid * 100 + activity_id"),
                        required("type_name", STRING, "Class and activity"),
                        required("severity_id", INT, "OCSF severity"),
                        required("severity", STRING, "Name of the severity"),
                        optional("status_id", INT, "OCSF status"),
                        optional("status", STRING, "Success or Failure"),
                        METADATA));
        columns.addAll(List.of(peculiar));
        columns.addAll(List.of(ENRICHMENTS, OBSERVABLES, UNMAPPED, RAW_DATA));
        columns.addAll(later);
        columns.add(SOURCE_LOG);
        return layout(
                name,
                doc,
                new Partition("time_dt", granularity),
                List.of("time_dt"),
                bloomFilters,
                columns);
    }

    private static TableLayout layout(
            String name,
            String doc,
            Partition partition,
            List<String> sortBy,
            List<String> bloomFilters,
            List<Column> columns) {
        return new TableLayout(name, doc, columns, partition, sortBy, bloomFilters);
    }
}
