package io.trailwatch.connector.kinesis.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the emulator's package, as pinned by the lock file of {@code deploy/local}, into a cache.
 */
final class NodeInstallation {
    private static final int OLDEST_NODE = 18;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", "kinesis.cjs");
    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(5);

    /** A lock of a file is one of processes: within this one its threads have to take turns. */
    private static final Object THREADS = new Object();

    private NodeInstallation() {}

    /**
     * Installs unless the cache holds just this version.
     *
     * @param definition folder with package.json, package-lock.json and kinesis.cjs
     * @param cache folder of our own, created if absent
     */
    static void ensure(Path definition, Path cache) {
        checkNode();
        try {
            Files.createDirectories(cache);
            synchronized (THREADS) {
                ensureLocked(definition, cache);
            }
        } catch (IOException e) {
            throw new KinesisEmulatorException(
                    "cannot install the Kinesis emulator of " + definition + " into " + cache, e);
        }
    }

    /** Two builds may share a cache; the second waits and finds the work done. */
    private static void ensureLocked(Path definition, Path cache) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                cache.resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!isCurrent(definition, cache)) {
                install(definition, cache);
            }
        }
    }

    /** Last lines of a log file, for messages. */
    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private static void checkNode() {
        String needed = "the Kinesis emulator needs Node.js " + OLDEST_NODE + " or later, ";
        String version;
        try {
            Path out = Files.createTempFile("node-version", ".txt");
            try {
                run(List.of("node", "--version"), Path.of("."), out, VERSION_TIMEOUT);
                version = Files.readString(out).strip();
            } finally {
                Files.deleteIfExists(out);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new KinesisEmulatorException(
                    needed + "but 'node' cannot be run; is it on the PATH?", e);
        }
        Matcher matcher = NODE_VERSION.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            throw new KinesisEmulatorException(
                    needed + "but 'node --version' says '" + version + "'", null);
        }
    }

    private static boolean isCurrent(Path definition, Path cache) throws IOException {
        // Written last, so it tells that the installation came to its end.
        Path installed = cache.resolve("installed-lock.json");
        return Files.exists(installed)
                && Files.mismatch(installed, definition.resolve("package-lock.json")) == -1
                && Files.exists(cache.resolve("kinesis.cjs"))
                && Files.mismatch(cache.resolve("kinesis.cjs"), definition.resolve("kinesis.cjs"))
                        == -1;
    }

    private static void install(Path definition, Path cache) throws IOException {
        Files.deleteIfExists(cache.resolve("installed-lock.json"));
        for (String file : FILES) {
            Files.copy(
                    definition.resolve(file),
                    cache.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = cache.resolve("npm.log");
        String npm = File.separatorChar == '\\' ? "npm.cmd" : "npm";
        int exit;
        try {
            exit =
                    run(
                            List.of(npm, "ci", "--no-audit", "--no-fund", "--prefix", "."),
                            cache,
                            log,
                            INSTALL_TIMEOUT);
        } catch (UncheckedIOException e) {
            throw new KinesisEmulatorException(
                    "'npm' cannot be run, it comes with Node.js; is it on the PATH?", e);
        }
        if (exit != 0) {
            throw new KinesisEmulatorException(
                    "'npm ci' in " + cache + " ended with status " + exit + ":\n" + tail(log),
                    null);
        }
        Files.copy(definition.resolve("package-lock.json"), cache.resolve("installed-lock.json"));
    }

    private static int run(List<String> command, Path directory, Path output, Duration timeout)
            throws IOException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
                throw new KinesisEmulatorException(
                        "'"
                                + String.join(" ", command)
                                + "' has not ended after "
                                + timeout
                                + ":\n"
                                + tail(output),
                        null);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KinesisEmulatorException(
                    "interrupted while '" + String.join(" ", command) + "' was running", e);
        } finally {
            KinesisEmulator.destroyTree(process.toHandle());
        }
    }
}
