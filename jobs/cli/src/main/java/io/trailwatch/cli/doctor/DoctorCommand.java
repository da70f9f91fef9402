package io.trailwatch.cli.doctor;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.sql.TrinoDistribution;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the machine. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine: Java, disk, loopback ports, and what single commands need beside"
                + " it. Of credentials it tells only whether there are any, never their values.",
            "",
            "With --json: one object a check with check, status (ok, optional, missing), found,"
                    + " needed_for.",
            "Exit status 1 when something is missing that every command needs."
        },
        footer = {"Example:", "  ./trailwatch doctor"})
public final class DoctorCommand extends TrailwatchCommand {
    private static final int MIN_JAVA = 17;
    private static final int MIN_NODE = 18;
    private static final long MIN_DISK_BYTES = 2L << 30;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.\\d+");

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** Outcome of a check. */
    private enum Status {
        OK,
        /** Absent, and needed by some commands only. */
        OPTIONAL,
        MISSING
    }

    private record Check(String name, Status status, String found, String neededFor) {
        Check {
            requireNonNull(name, "name");
            requireNonNull(status, "status");
            requireNonNull(found, "found");
            requireNonNull(neededFor, "neededFor");
        }
    }

    @Override
    public Integer call() {
        Installation installation = Installation.current();
        List<Check> checks = new ArrayList<>();
        checks.add(java());
        checks.add(disk(installation));
        checks.add(ports());
        checks.add(memory());
        checks.add(javaForSql());
        checks.add(trino(installation));
        checks.add(program("node", MIN_NODE, "local, run against the local emulator"));
        checks.add(program("npm", 1, "local, on first use"));
        checks.add(program("python3", 3, "notebooks"));
        checks.add(credentials(System.getenv()));
        if (json) {
            checks.forEach(this::printJson);
        } else {
            printTable(checks);
        }
        return checks.stream().anyMatch(check -> check.status() == Status.MISSING)
                ? Trailwatch.EXIT_FAILED
                : Trailwatch.EXIT_OK;
    }

    private static Check java() {
        Runtime.Version version = Runtime.version();
        return new Check(
                "Java " + MIN_JAVA + " or newer",
                version.feature() >= MIN_JAVA ? Status.OK : Status.MISSING,
                "%s in %s".formatted(version, System.getProperty("java.home")),
                "everything");
    }

    private static Check disk(Installation installation) {
        Path home = installation.home();
        try {
            long free = Files.getFileStore(home).getUsableSpace();
            return new Check(
                    "2 GiB of disk",
                    free >= MIN_DISK_BYTES ? Status.OK : Status.MISSING,
                    "%,d MiB free at %s".formatted(free >> 20, home),
                    "builds, warehouses");
        } catch (IOException e) {
            return new Check("2 GiB of disk", Status.MISSING, "cannot tell: " + e, "builds");
        }
    }

    private static Check ports() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Check(
                    "a port on loopback",
                    Status.OK,
                    "port " + socket.getLocalPort() + " was free",
                    "runs, sql, local");
        } catch (IOException e) {
            return new Check(
                    "a port on loopback", Status.MISSING, "none: " + e.getMessage(), "runs");
        }
    }

    private static Check memory() {
        String name = "memory";
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            long total = system.getTotalMemorySize();
            return new Check(
                    name,
                    total >= MIN_DISK_BYTES ? Status.OK : Status.MISSING,
                    "%,d MiB, %d processors"
                            .formatted(total >> 20, Runtime.getRuntime().availableProcessors()),
                    "runs take a heap of 1.4 GB, Trino 1 GB");
        }
        return new Check(name, Status.OPTIONAL, "cannot tell", "runs take a heap of 1.4 GB");
    }

    private static Check javaForSql() {
        String name = "Java " + TrinoDistribution.MIN_JAVA + " or newer";
        try {
            Optional<JavaRuntime> java =
                    JavaRuntimes.find(
                            TrinoDistribution.MIN_JAVA,
                            List.of("TRAILWATCH_TRINO_JAVA_HOME", "JAVA_HOME"),
                            System.getenv());
            return new Check(
                    name,
                    java.isPresent() ? Status.OK : Status.OPTIONAL,
                    java.map(found -> found.feature() + " in " + found.home())
                            .orElse("none; set TRAILWATCH_TRINO_JAVA_HOME"),
                    "sql, local");
        } catch (CommandException e) {
            return new Check(name, Status.OPTIONAL, String.valueOf(e.getMessage()), "sql, local");
        }
    }

    private static Check trino(Installation installation) {
        TrinoDistribution distribution = TrinoDistribution.of(installation);
        return new Check(
                "Trino " + TrinoDistribution.VERSION,
                distribution.isFetched() ? Status.OK : Status.OPTIONAL,
                distribution.isFetched()
                        ? distribution.folder().toString()
                        : "not fetched yet; sql fetches 540 MB on first use",
                "sql, local");
    }

    private static Check program(String name, int minMajor, String neededFor) {
        String title = "%s %d or newer".formatted(name, minMajor);
        Optional<String> version = versionOf(name);
        if (version.isEmpty()) {
            return new Check(title, Status.OPTIONAL, "not found on the PATH", neededFor);
        }
        // v20.1.0, 10.2.3, Python 3.11.7
        Matcher major = VERSION.matcher(version.get());
        boolean newEnough = major.find() && Integer.parseInt(major.group(1)) >= minMajor;
        return new Check(title, newEnough ? Status.OK : Status.OPTIONAL, version.get(), neededFor);
    }

    /** What {@code name --version} prints first; empty when it cannot be run. */
    private static Optional<String> versionOf(String name) {
        try {
            Process process =
                    new ProcessBuilder(name, "--version").redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String output =
                    new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? output.lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Check credentials(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", "."));
        List<String> places = new ArrayList<>();
        if (environment.containsKey("AWS_ACCESS_KEY_ID")) {
            places.add("environment");
        }
        if (environment.containsKey("AWS_PROFILE")) {
            places.add("AWS_PROFILE");
        }
        if (environment.containsKey("AWS_WEB_IDENTITY_TOKEN_FILE")) {
            places.add("web identity");
        }
        if (Files.exists(home.resolve(".aws/credentials"))
                || Files.exists(home.resolve(".aws/config"))) {
            places.add("~/.aws");
        }
        return new Check(
                "AWS credentials",
                places.isEmpty() ? Status.OPTIONAL : Status.OK,
                places.isEmpty() ? "none" : "in " + String.join(", ", places) + " (not tried)",
                "run against AWS");
    }

    private void printTable(List<Check> checks) {
        TextTable table = TextTable.of("", "CHECK", "FOUND", "NEEDED FOR");
        for (Check check : checks) {
            table.row(
                    List.of(
                            new TextTable.Cell(
                                    label(check.status()),
                                    text ->
                                            switch (check.status()) {
                                                case OK -> console().green(text);
                                                case OPTIONAL -> console().faint(text);
                                                case MISSING -> console().red(text);
                                            }),
                            TextTable.cell(check.name()),
                            TextTable.cell(check.found()),
                            TextTable.cell(check.neededFor())));
        }
        table.print(console());
    }

    private static String label(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private void printJson(Check check) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("check", check.name());
                            out.writeStringField("status", label(check.status()));
                            out.writeStringField("found", check.found());
                            out.writeStringField("needed_for", check.neededFor());
                        });
    }
}
