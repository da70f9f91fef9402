package io.trailwatch.cli;

import io.trailwatch.cli.backtest.BacktestCommand;
import io.trailwatch.cli.doctor.DoctorCommand;
import io.trailwatch.cli.generate.GenerateCommand;
import io.trailwatch.cli.job.DemoCommand;
import io.trailwatch.cli.job.ReplayCommand;
import io.trailwatch.cli.job.RunCommand;
import io.trailwatch.cli.lake.FindingsCommand;
import io.trailwatch.cli.lake.LakeCommand;
import io.trailwatch.cli.lake.LedgerCommand;
import io.trailwatch.cli.lake.QuarantineCommand;
import io.trailwatch.cli.lake.TablesCommand;
import io.trailwatch.cli.local.LocalCommand;
import io.trailwatch.cli.rules.RulesCommand;
import io.trailwatch.cli.schemas.SchemasCommand;
import io.trailwatch.cli.sql.SqlCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry of the command line. */
@Command(
        name = "trailwatch",
        subcommands = {
            DemoCommand.class,
            ReplayCommand.class,
            RunCommand.class,
            FindingsCommand.class,
            TablesCommand.class,
            LedgerCommand.class,
            QuarantineCommand.class,
            LakeCommand.class,
            SqlCommand.class,
            RulesCommand.class,
            BacktestCommand.class,
            LocalCommand.class,
            GenerateCommand.class,
            SchemasCommand.class,
            DoctorCommand.class,
        },
        description = {
            "Turns AWS logs into findings and an open security lake.",
            "",
            "Exit status: 0 done; 1 a check failed or the work could not be done; 2 wrong use."
        },
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        versionProvider = Trailwatch.Version.class,
        footer = {
            "Begin with:",
            "  ./trailwatch demo",
            "  ./trailwatch replay logs/ --warehouse warehouse",
            "  ./trailwatch findings --warehouse warehouse",
            "Each command has its own help: ./trailwatch findings --help"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Trailwatch implements Callable<Integer> {
    public static final int EXIT_OK = 0;

    /** A check failed where the command says so, or the work could not be done. */
    public static final int EXIT_FAILED = 1;

    public static final int EXIT_USAGE = 2;

    private final Console console;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and leave.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and leave.")
    private boolean version;

    Trailwatch(Console console) {
        this.console = console;
    }

    public static void main(String[] args) {
        PrintWriter out = writer(System.out);
        PrintWriter err = writer(System.err);
        Console console =
                Console.of(
                        out,
                        err,
                        System.getProperty("trailwatch.terminal", ""),
                        System.getProperty("trailwatch.columns", ""),
                        System.getenv());
        int status = run(console, args);
        out.flush();
        err.flush();
        System.exit(status);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, false, StandardCharsets.UTF_8);
    }

    /**
     * Runs one command line.
     *
     * @return the exit status
     */
    public static int run(Console console, String... args) {
        CommandLine commandLine = new CommandLine(new Trailwatch(console));
        commandLine.setOut(console.out());
        commandLine.setErr(console.err());
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((e, given) -> wrongUse(console, e));
        commandLine.setExecutionExceptionHandler(
                (e, failed, parsed) -> failed(console, e, failed, parsed));
        commandLine.setExecutionStrategy(Trailwatch::execute);
        return commandLine.execute(args);
    }

    private static int execute(ParseResult parsed) {
        configureLogging(parsed);
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Must come before the first logger: log4j2.xml reads these properties once. */
    private static void configureLogging(ParseResult parsed) {
        Object command = innermost(parsed).commandSpec().userObject();
        if (command instanceof TrailwatchCommand options) {
            if (options.debug()) {
                setIfAbsent("trailwatch.log.level", "debug");
            } else if (options.verbose()) {
                setIfAbsent("trailwatch.log.level", "info");
            }
            if (options.debug() || options.verbose()) {
                setIfAbsent("trailwatch.log.appender", "stderr");
            }
        }
        setIfAbsent("trailwatch.log.folder", Installation.current().logs().toString());
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static ParseResult innermost(ParseResult parsed) {
        ParseResult result = parsed;
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        return result;
    }

    private static int wrongUse(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        console.err()
                .println(
                        "%s: %s"
                                .formatted(
                                        command.getCommandSpec().qualifiedName(),
                                        SafeText.of(message(e))));
        if (!UnmatchedArgumentException.printSuggestions(e, console.err())) {
            console.err()
                    .println(
                            "Try './%s --help'."
                                    .formatted(command.getCommandSpec().qualifiedName()));
        }
        return EXIT_USAGE;
    }

    /** Of a group one of which is wanted, picocli names the short options. */
    private static String message(ParameterException e) {
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().stream()
                        .allMatch(arg -> arg.group() != null && arg.group().exclusive())) {
            return missing.getMissing().stream()
                    .map(
                            arg ->
                                    arg instanceof OptionSpec option
                                            ? option.longestName() + " " + arg.paramLabel()
                                            : arg.paramLabel())
                    .collect(Collectors.joining(" or ", "", " must be given"));
        }
        return String.valueOf(e.getMessage());
    }

    private static int failed(
            Console console, Exception e, CommandLine failed, ParseResult parsed) {
        console.clearProgress();
        String name = failed.getCommandSpec().qualifiedName();
        if (innermost(parsed).commandSpec().userObject() instanceof TrailwatchCommand options
                && options.debug()) {
            e.printStackTrace(console.err());
        }
        if (e instanceof CommandException known) {
            console.err().println(name + ": " + safeLines(String.valueOf(known.getMessage())));
            return known.exitStatus();
        }
        LoggerFactory.getLogger(Trailwatch.class).error("{} failed", name, e);
        console.err()
                .println(
                        "%s: unexpected error: %s: %s"
                                .formatted(
                                        name,
                                        e.getClass().getSimpleName(),
                                        safeLines(String.valueOf(e.getMessage()))));
        Path log = Installation.current().logs().resolve("trailwatch.log");
        console.err().println("The stack trace is in %s; --debug shows it.".formatted(log));
        return EXIT_FAILED;
    }

    private static String safeLines(String message) {
        return String.join("\n", message.lines().map(SafeText::of).toList());
    }

    Console console() {
        return console;
    }

    /** Without a command the help is shown, which is wrong use to a script. */
    @Override
    public Integer call() {
        spec.commandLine().usage(console.err());
        return EXIT_USAGE;
    }

    /** The version written into the manifest by the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Trailwatch.class.getPackage().getImplementationVersion();
            return new String[] {"trailwatch " + (version == null ? "(development)" : version)};
        }
    }
}
