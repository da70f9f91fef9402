package io.trailwatch.event;

/**
 * The kinds of log Trailwatch reads; each has a normal form and a table. Savepoints hold their
 * ordinals: new ones are added at the end.
 */
public enum LogKind {
    CLOUDTRAIL,
    VPC_FLOW,
    APP_EVENT,
    /** Access logs of what speaks HTTP: load balancers, CloudFront, S3, WAF. */
    HTTP_ACCESS,
    /** Queries that the Route 53 resolver answered. */
    DNS_QUERY,
    /** Audit log of an EKS cluster. */
    KUBERNETES_AUDIT,
    /** Findings of GuardDuty and Security Hub. */
    AWS_FINDING
}
