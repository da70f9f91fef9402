package io.trailwatch.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A table of text with aligned columns. Cells are made harmless for a terminal; where the terminal
 * is too narrow, the last column is cut.
 */
public final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_LAST_COLUMN = 12;

    private final List<Header> headers;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** A cell and the style it is printed in, which adds nothing to its width. */
    public record Cell(String text, UnaryOperator<String> style) {
        public Cell {
            requireNonNull(style, "style");
            text = SafeText.of(text);
        }
    }

    private record Header(String name, boolean right) {}

    private TextTable(List<Header> headers) {
        this.headers = headers;
    }

    /** Columns by name; a name that begins with {@code >} is a column of numbers, set right. */
    public static TextTable of(String... names) {
        List<Header> headers = new ArrayList<>();
        for (String name : names) {
            boolean right = name.startsWith(">");
            headers.add(new Header(right ? name.substring(1) : name, right));
        }
        return new TextTable(List.copyOf(headers));
    }

    public static Cell cell(String text) {
        return new Cell(text, UnaryOperator.identity());
    }

    /** A cell cut to a number of characters. */
    public static Cell cell(String text, int maxChars) {
        return cell(SafeText.of(text, maxChars));
    }

    public TextTable row(String... cells) {
        List<Cell> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(cell(cell));
        }
        return row(row);
    }

    public TextTable row(List<Cell> cells) {
        if (cells.size() != headers.size()) {
            throw new IllegalArgumentException(
                    "row has %d cells, table has %d columns"
                            .formatted(cells.size(), headers.size()));
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public void print(Console console) {
        int[] widths = widths(console.columns());
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Header header = headers.get(i);
            append(line, i, new Cell(header.name(), console::bold), widths);
        }
        console.println(line.toString().stripTrailing());
        for (List<Cell> row : rows) {
            line.setLength(0);
            for (int i = 0; i < widths.length; i++) {
                append(line, i, row.get(i), widths);
            }
            console.println(line.toString().stripTrailing());
        }
    }

    private void append(StringBuilder line, int column, Cell cell, int[] widths) {
        boolean last = column == widths.length - 1;
        String text = SafeText.of(cell.text(), widths[column]);
        String pad = " ".repeat(widths[column] - length(text));
        if (column > 0) {
            line.append(GAP);
        }
        if (headers.get(column).right()) {
            line.append(pad).append(cell.style().apply(text));
        } else {
            line.append(cell.style().apply(text)).append(last ? "" : pad);
        }
    }

    private int[] widths(int columns) {
        int[] widths = new int[headers.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = length(headers.get(i).name());
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], length(row.get(i).text()));
            }
        }
        if (columns != Console.UNBOUNDED) {
            int last = widths.length - 1;
            int before = GAP.length() * last;
            for (int i = 0; i < last; i++) {
                before += widths[i];
            }
            widths[last] = Math.min(widths[last], Math.max(MIN_LAST_COLUMN, columns - before));
        }
        return widths;
    }

    /** Characters, which is what {@link SafeText#of(String, int)} cuts by. */
    private static int length(String text) {
        return text.length();
    }
}
