package io.trailwatch.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What one command line printed, and its exit status. */
public record CommandLineRun(int status, String out, String err) {
    /** Runs a command line as a script would: its output goes to a pipe. */
    public static CommandLineRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Trailwatch.run(
                        Console.plain(new PrintWriter(out, true), new PrintWriter(err, true)),
                        args);
        return new CommandLineRun(status, out.toString(), err.toString());
    }

    /** Lines of the output. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
