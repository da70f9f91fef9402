package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.core.detect.rule.RuleFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --rules} of commands about rules. */
final class RulesOption {
    @Option(
            names = {"-r", "--rules"},
            paramLabel = "DIR",
            description =
                    "Folder of Sigma rules, or one rule file. Without it: the rules that come with"
                            + " Trailwatch.")
    private @Nullable Path path;

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
        return RuleFiles.folder(path);
    }
}
