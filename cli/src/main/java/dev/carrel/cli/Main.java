package dev.carrel.cli;

import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

import dev.carrel.error.UnavailableException;
import dev.carrel.server.StartException;
import dev.carrel.store.jdbc.ArchiveException;
import dev.carrel.store.jdbc.StoreOpenException;

/**
 * The carrel command. Exit status 0: done; 1: a defect, here or in a store that was checked; 2: something that the operator
 * can mend, said in one line.
 */
@Command(name = "carrel", description = "AI applications that many people use at once, each apart from the others.", subcommands = {
        TutorCommand.class, StoreCommand.class, UserCommand.class,
        StateCommand.class}, mixinStandardHelpOptions = true, version = "carrel 0.1.0")
public final class Main {
    private Main() {}

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        // Begun here, by one thread: else the threads that start side by side meet in its initialisation.
        LoggerFactory.getILoggerFactory();
        var commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof StartException || e instanceof StoreOpenException || e instanceof ArchiveException
                    || e instanceof UnavailableException) {
                command.getErr().println("carrel: " + e.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            throw e;
        });
        if (args.length == 0) {
            commandLine.usage(commandLine.getOut());
            return CommandLine.ExitCode.USAGE;
        }
        return commandLine.execute(args);
    }
}
