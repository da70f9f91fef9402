package io.trailwatch.core.enrich;

import java.nio.file.Path;

/** A file of addresses is missing or damaged; the message names it. */
public final class EnrichmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;

    EnrichmentException(Path file, String problem, Throwable cause) {
        super("%s: %s".formatted(file, problem), cause);
        this.file = file.toString();
    }

    public String file() {
        return file;
    }
}
