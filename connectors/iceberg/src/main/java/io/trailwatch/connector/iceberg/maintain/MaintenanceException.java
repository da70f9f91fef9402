package io.trailwatch.connector.iceberg.maintain;

/** Maintenance of a table could not be done; the message is meant for a person. */
public class MaintenanceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MaintenanceException(String message) {
        super(message);
    }

    public MaintenanceException(String message, Throwable cause) {
        super(message, cause);
    }
}
