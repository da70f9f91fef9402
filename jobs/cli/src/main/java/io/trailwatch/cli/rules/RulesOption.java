package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.core.detect.rule.RuleFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options {@code --rules} and {@code --pack} of commands about rules. */
final class RulesOption {
    @Option(
            names = {"-r", "--rules"},
            paramLabel = "DIR",
            description =
                    "Folder of Sigma rules, or one rule file. Without it: the rules that come with"
                            + " Trailwatch.")
    private @Nullable Path path;

    @Option(
            names = "--pack",
            description =
                    "Add the rules that come with Trailwatch to those of --rules, so that filters"
                            + " and settings of the folder reach them.")
    private boolean pack;

    /**
     * The rules' files.
     *
     * @throws CommandException if there is no such folder or file
     */
    RuleFiles files() {
        if (path == null) {
            return RuleFiles.pack();
        }
        if (!Files.exists(path)) {
            throw CommandException.usage("--rules: there is no %s".formatted(path));
        }
        RuleFiles folder = RuleFiles.folder(path);
        return pack ? RuleFiles.both(RuleFiles.pack(), folder) : folder;
    }

    /** Where a rule file lies, for people and editors: a path, or a name within our own rules. */
    String place(String file) {
        if (path == null || file.startsWith("pack:")) {
            return file;
        }
        Path place = Files.isRegularFile(path) ? path.resolveSibling(file) : path.resolve(file);
        return place.toString();
    }
}
