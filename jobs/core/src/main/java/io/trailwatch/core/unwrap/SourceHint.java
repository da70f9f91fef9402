package io.trailwatch.core.unwrap;

/** What a source is known to carry. Envelopes and compression are detected in any case. */
public enum SourceHint {
    /** Every record is recognised by its content. */
    AUTO,
    /** Every JSON object that is no envelope is a CloudTrail record. */
    CLOUDTRAIL,
    /** Every line of text is a flow record. */
    VPC_FLOW,
    /**
     * Every JSON object that is no envelope is an application event, of ours or of a foreign format
     * that lands in the same table.
     */
    APP_EVENT
}
