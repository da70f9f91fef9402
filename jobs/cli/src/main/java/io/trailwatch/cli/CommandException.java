package io.trailwatch.cli;

/**
 * A failure the user can act on: its message stands alone, without a stack trace. The exit status
 * tells wrong use (2) from work that could not be done (1).
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    private CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    private CommandException(int exitStatus, String message, Throwable cause) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /** Wrong use; the message names the option and its value. */
    public static CommandException usage(String message) {
        return new CommandException(Trailwatch.EXIT_USAGE, message);
    }

    /** The work could not be done. */
    public static CommandException failure(String message) {
        return new CommandException(Trailwatch.EXIT_FAILED, message);
    }

    /** The work could not be done, with its cause for {@code --debug}. */
    public static CommandException failure(String message, Throwable cause) {
        return new CommandException(Trailwatch.EXIT_FAILED, message, cause);
    }

    int exitStatus() {
        return exitStatus;
    }
}
