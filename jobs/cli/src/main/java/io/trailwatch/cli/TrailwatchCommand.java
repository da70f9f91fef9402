package io.trailwatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has: {@code --help}, {@code --debug}, {@code --verbose} and a console. */
@Command(
        mixinStandardHelpOptions = false,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        usageHelpAutoWidth = true,
        sortOptions = false,
        abbreviateSynopsis = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public abstract class TrailwatchCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help and leave.")
    private boolean help;

    @Option(
            names = "--verbose",
            order = 101,
            description = "Log to the terminal as well, from INFO up.")
    private boolean verbose;

    @Option(
            names = "--debug",
            order = 102,
            description = "Show the stack trace of an error; log from DEBUG up.")
    private boolean debug;

    /**
     * Does the work.
     *
     * @return exit status: 0, or 1 where the command says so
     */
    @Override
    public abstract Integer call() throws Exception;

    protected final CommandSpec spec() {
        return spec;
    }

    protected final Console console() {
        return ((Trailwatch) spec.root().userObject()).console();
    }

    protected final JsonLines jsonLines() {
        return new JsonLines(console().out());
    }

    final boolean verbose() {
        return verbose;
    }

    final boolean debug() {
        return debug;
    }
}
