package io.trailwatch.core.decode;

/**
 * Digest files, by which CloudTrail lets the integrity of its log files be checked (document
 * "CloudTrail digest file structure"): they lie beside the logs and hold no event.
 */
public final class CloudTrailDigest {
    /** What a digest file is counted as. */
    public static final String CONTROL = "CLOUDTRAIL_DIGEST";

    private CloudTrailDigest() {}

    /** Whether a JSON object is a digest file. */
    public static boolean matches(JsonFields fields) {
        return fields.has("digestStartTime")
                && fields.has("digestEndTime")
                && fields.has("awsAccountId")
                && fields.has("logFiles");
    }
}
