package io.trailwatch.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Java installations of this machine. */
public final class JavaRuntimes {
    private static final Pattern VERSION =
            Pattern.compile("JAVA_VERSION=\"(?:1\\.)?(\\d+)[^\"]*\"");

    private JavaRuntimes() {}

    /**
     * One installation.
     *
     * @param feature feature release, such as 17
     */
    public record JavaRuntime(Path home, int feature) {
        public Path java() {
            return home.resolve("bin/java");
        }
    }

    /**
     * The first installation of at least a feature release.
     *
     * @param variables environment variables that name one, looked at first, in this order; the
     *     first of them is a decision of the user: nothing else is looked at when it is set
     * @return empty when none is new enough
     */
    public static Optional<JavaRuntime> find(
            int minFeature, List<String> variables, Map<String, String> environment) {
        String chosen = environment.getOrDefault(variables.get(0), "");
        if (!chosen.isEmpty()) {
            JavaRuntime runtime = read(Path.of(chosen));
            if (runtime == null || runtime.feature() < minFeature) {
                throw CommandException.usage(
                        "%s=%s is no Java %d or newer"
                                .formatted(variables.get(0), chosen, minFeature));
            }
            return Optional.of(runtime);
        }
        List<Path> candidates = new ArrayList<>();
        for (String variable : variables) {
            String home = environment.getOrDefault(variable, "");
            if (!home.isEmpty()) {
                candidates.add(Path.of(home));
            }
        }
        candidates.add(Path.of(System.getProperty("java.home")));
        String user = environment.getOrDefault("HOME", "");
        for (String folder :
                List.of(
                        "/usr/lib/jvm",
                        "/Library/Java/JavaVirtualMachines",
                        user + "/.sdkman/candidates/java",
                        user + "/.jdks")) {
            candidates.addAll(homesIn(Path.of(folder)));
        }
        return candidates.stream()
                .map(JavaRuntimes::read)
                .filter(runtime -> runtime != null && runtime.feature() >= minFeature)
                .map(Optional::ofNullable)
                .findFirst()
                .orElse(Optional.empty());
    }

    private static List<Path> homesIn(Path folder) {
        List<Path> homes = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    homes.add(entry);
                    homes.add(entry.resolve("Contents/Home"));
                }
            } catch (IOException e) {
                // A folder we may not list holds no Java that we could start.
                return List.of();
            }
        }
        homes.sort(null);
        return homes;
    }

    private static @Nullable JavaRuntime read(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return null;
        }
        try {
            Matcher matcher = VERSION.matcher(Files.readString(release));
            return matcher.find()
                    ? new JavaRuntime(home, Integer.parseInt(matcher.group(1)))
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
