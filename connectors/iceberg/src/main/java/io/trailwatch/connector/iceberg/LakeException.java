package io.trailwatch.connector.iceberg;

/** The lake is absent, or is not what a table layout says; the message is meant for a person. */
public final class LakeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LakeException(String message) {
        super(message);
    }

    public LakeException(String message, Throwable cause) {
        super(message, cause);
    }
}
