package io.trailwatch.pipeline.rules;

/** A folder of rules that cannot be read, or holds too much to be one; the message says which. */
public final class RuleFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RuleFolderException(String message) {
        super(message);
    }

    RuleFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
