package io.trailwatch.event;

/** The kinds of log Trailwatch reads; each has a decoder, a normal form and a table. */
public enum LogKind {
    CLOUDTRAIL,
    VPC_FLOW,
    APP_EVENT
}
