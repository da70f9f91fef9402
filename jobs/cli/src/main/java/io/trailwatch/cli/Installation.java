package io.trailwatch.cli;

import java.nio.file.Path;

/**
 * Folders of this installation.
 *
 * @param home root of the project, where the launcher lies
 */
public record Installation(Path home) {
    /** The installation the launcher names; the working directory without one. */
    public static Installation current() {
        return new Installation(
                Path.of(System.getProperty("trailwatch.home", "")).toAbsolutePath().normalize());
    }

    /** What Trailwatch keeps beside its sources: logs, fetched tools, state of local services. */
    public Path state() {
        return home.resolve(".trailwatch");
    }

    public Path logs() {
        return state().resolve("logs");
    }
}
