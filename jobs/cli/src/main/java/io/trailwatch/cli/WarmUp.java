package io.trailwatch.cli;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * Loads what the read commands need. The launcher runs it once a build and keeps the loaded classes
 * in an archive, from which later starts take them.
 */
public final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Trailwatch.run(Console.plain(nowhere, nowhere), "--help");
    }
}
