package io.trailwatch.cli;

import static java.util.Objects.requireNonNull;

import io.trailwatch.finding.Severity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes, and whom it may ask.
 *
 * @param out results
 * @param err progress, hints and errors
 * @param colours whether results may carry ANSI colours
 * @param progress whether {@code err} is a terminal, on which a line may be rewritten
 * @param columns width of the terminal in characters; {@link #UNBOUNDED} on a pipe
 * @param answers lines of whoever sits at the terminal; null when nobody does
 */
public record Console(
        PrintWriter out,
        PrintWriter err,
        boolean colours,
        boolean progress,
        int columns,
        @Nullable BufferedReader answers) {
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Narrower, a table would be unreadable anyway. */
    private static final int MIN_COLUMNS = 60;

    public Console {
        requireNonNull(out, "out");
        requireNonNull(err, "err");
    }

    /**
     * The process's own output.
     *
     * @param terminal any of {@code in}, {@code out}, {@code err}: which of them are terminals
     * @param columns width of the terminal; empty when unknown
     * @param environment {@code NO_COLOR} (no-color.org) and {@code TERM} are read
     */
    public static Console of(
            PrintWriter out,
            PrintWriter err,
            String terminal,
            String columns,
            Map<String, String> environment) {
        boolean outIsTerminal = terminal.contains("out");
        boolean colours =
                outIsTerminal
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !"dumb".equals(environment.get("TERM"));
        return new Console(
                out,
                err,
                colours,
                terminal.contains("err"),
                outIsTerminal ? width(columns) : UNBOUNDED,
                terminal.contains("in") && terminal.contains("err")
                        ? new BufferedReader(
                                new InputStreamReader(System.in, Charset.defaultCharset()))
                        : null);
    }

    private static int width(String columns) {
        try {
            return Math.max(MIN_COLUMNS, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return UNBOUNDED;
        }
    }

    /** Results to a pipe, as scripts and tests see them. */
    public static Console plain(PrintWriter out, PrintWriter err) {
        return new Console(out, err, false, false, UNBOUNDED, null);
    }

    public void println(String line) {
        out.println(line);
    }

    public String bold(String text) {
        return styled("1", text);
    }

    public String faint(String text) {
        return styled("2", text);
    }

    public String green(String text) {
        return styled("32", text);
    }

    public String red(String text) {
        return styled("31", text);
    }

    /** Text in the colour of a severity. */
    public String severity(Severity severity, String text) {
        return styled(
                switch (severity) {
                    case CRITICAL -> "1;37;41";
                    case HIGH -> "1;31";
                    case MEDIUM -> "33";
                    case LOW -> "36";
                    case INFORMATIONAL -> "2";
                },
                text);
    }

    private String styled(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Whether somebody can be asked. */
    public boolean interactive() {
        return answers != null;
    }

    /**
     * Asks whoever sits at the terminal.
     *
     * @return whether the answer begins with y; false when nobody is there
     */
    public boolean confirm(String question) {
        if (answers == null) {
            return false;
        }
        err.print(question + " [y/N] ");
        err.flush();
        try {
            String answer = answers.readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the answer", e);
        }
    }

    /** Shows a line in place of the one before it, on a terminal; nothing on a pipe. */
    public void progress(String line) {
        if (progress) {
            err.print("\r\u001b[K" + SafeText.of(line, columns == UNBOUNDED ? 200 : columns - 1));
            err.flush();
        }
    }

    /** Takes the progress line away. */
    public void clearProgress() {
        if (progress) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
