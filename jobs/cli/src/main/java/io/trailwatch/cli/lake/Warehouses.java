package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.io.CloseableIterable;
import software.amazon.awssdk.core.exception.SdkException;

/** Opens and reads a lake; what is wrong with it, or with the way to it, is told in a line. */
public final class Warehouses {
    private Warehouses() {}

    /**
     * Opens a lake, asks it, and closes it.
     *
     * @throws CommandException if it cannot be opened or does not answer
     */
    public static <T> T ask(LakeSettings settings, Function<Lake, T> question) {
        try (Lake lake = Lake.open(settings)) {
            return question.apply(lake);
        } catch (LakeException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        } catch (SdkException | RESTException e) {
            throw CommandException.failure(
                    "lake %s does not answer: %s".formatted(settings.display(), e.getMessage()), e);
        }
    }

    /**
     * Hands every row of a table to the reader.
     *
     * @param columns top-level columns, in the order of the row's values
     */
    static void read(
            LakeSettings settings, TableLayout layout, List<String> columns, Consumer<Row> reader) {
        ask(
                settings,
                lake -> {
                    try (CloseableIterable<Row> rows = lake.read(layout, columns)) {
                        rows.forEach(reader);
                    } catch (IOException e) {
                        throw new UncheckedIOException(
                                "cannot close the files of table " + layout.name(), e);
                    }
                    return layout;
                });
    }
}
