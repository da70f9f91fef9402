package io.trailwatch.core.decode;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A file of mappings that cannot be used; the message names file, mapping, field and value. */
public final class AppMappingException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    AppMappingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
