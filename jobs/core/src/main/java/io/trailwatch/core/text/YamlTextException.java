package io.trailwatch.core.text;

/** A text is no YAML, or YAML that is not read here. */
public final class YamlTextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    YamlTextException(int line, String message) {
        super(message);
        this.line = line;
    }

    YamlTextException(int line, String message, Throwable cause) {
        super(message, cause);
        this.line = line;
    }

    /** Line of the text, from 1; 0 when unknown. */
    public int line() {
        return line;
    }
}
