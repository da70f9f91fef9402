package io.trailwatch.connector.iceberg;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A file that is no Parquet, is damaged, or holds what cannot be read as text. */
public final class UnreadableParquetException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    UnreadableParquetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
