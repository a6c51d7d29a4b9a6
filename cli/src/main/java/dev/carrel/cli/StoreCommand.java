package dev.carrel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.carrel.server.StartException;
import dev.carrel.store.jdbc.Archive;
import dev.carrel.store.jdbc.Backup;
import dev.carrel.store.jdbc.StoreCheck;
import dev.carrel.store.jdbc.StoreLocation;
import dev.carrel.store.jdbc.StoreMigration;
import dev.carrel.time.TimeSource;

/** {@code carrel store}. */
@Command(name = "store", mixinStandardHelpOptions = true, description = {
        "Checks a store, brings it up to date, moves it, backs it up.",
        "Which store: --data and --store as a server takes them, on the command line, as CARREL_DATA and CARREL_STORE in "
                + "the environment, or in carrel.properties."})
final class StoreCommand {
    private static final String STREAM = "-";
    private static final TimeSource TIME = TimeSource.system();

    @Spec
    @Nullable
    CommandSpec spec;

    StoreCommand() {}

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    @Command(name = "check", mixinStandardHelpOptions = true, description = {
            "Reads all of a store, also while a server uses it, and says what is wrong with it, by session.",
            "Exit status 0: it is whole; 1: it is not, or differs; 2: it cannot be read."})
    int check(@Mixin StoreOptions store,
            @Parameters(arity = "0..1", paramLabel = "FILE", description = "A backup or an archive to check instead.") @Nullable String file,
            @Option(names = "--verify", paramLabel = "OTHER", description = "Also compares it with this: a "
                    + "data folder, an address of PostgreSQL, a backup, or an archive.") @Nullable String other) {
        boolean archive = file != null && Archive.isArchive(file);
        StoreLocation place = file == null ? store.location() : named(file);
        boolean whole = true;
        if (archive) {
            Archive.Summary summary = Archive.verify(Path.of(Objects.requireNonNull(file)));
            out().println(file + " is a whole archive: " + Counts.of(summary));
        } else {
            whole = report(place);
        }
        if (other != null) {
            Archive.Source one = archive
                    ? Archive.Source.of(Path.of(Objects.requireNonNull(file)))
                    : Archive.Source.of(place);
            whole &= same(one, source(other));
        }
        return whole ? 0 : 1;
    }

    private boolean report(StoreLocation place) {
        StoreCheck.Report report = StoreCheck.run(place);
        out().println("The store " + place + " is at schema " + report.schema() + ": " + Counts.of(report.counts()));
        report.told().forEach(out()::println);
        if (report.troubles() > report.told().size()) {
            out().println("and " + (report.troubles() - report.told().size()) + " more");
        }
        out().println(report.whole() ? "It is whole." : "It is not whole: " + report.troubles() + " troubles.");
        return report.whole();
    }

    private boolean same(Archive.Source one, Archive.Source other) {
        Optional<String> difference = Archive.difference(one, other);
        out().println(difference.orElseGet(() -> one + " and " + other + " hold the same."));
        return difference.isEmpty();
    }

    private static StoreLocation named(String name) {
        try {
            return StoreLocation.of(name);
        } catch (IllegalArgumentException e) {
            throw new StartException("this is no address of PostgreSQL: " + e.getMessage(), e);
        }
    }

    private static Archive.Source source(String name) {
        return Archive.isArchive(name) ? Archive.Source.of(Path.of(name)) : Archive.Source.of(named(name));
    }

    @Command(name = "migrate", mixinStandardHelpOptions = true, description = {
            "Brings a store up to date, or makes it. A server does so, too, when it starts."})
    int migrate(@Mixin StoreOptions store) {
        StoreLocation place = store.location();
        StoreMigration.Result result = StoreMigration.run(place, TIME);
        String what = result.from() == 0
                ? "was made, with schema " + result.to()
                : result.from() == result.to()
                        ? "is at schema " + result.to() + ": nothing to do"
                        : "was brought from schema " + result.from() + " to " + result.to();
        out().println("The store " + place + " " + what + ".");
        return 0;
    }

    @Command(name = "export", mixinStandardHelpOptions = true, description = {
            "Writes a whole store as lines of JSON, also while a server uses it: an archive, of which any kind of store can "
                    + "be made again. It holds what users said."})
    int export(@Mixin StoreOptions store,
            @Parameters(paramLabel = "FILE", description = "A file that is not there yet, or - for standard output.") String file,
            @Option(names = "--verify", description = "Reads the file again and compares it with the store.") boolean verify) {
        StoreLocation place = store.location();
        if (file.equals(STREAM)) {
            // Not System.out, which keeps to itself that a disk is full.
            Archive.Summary summary = Archive.write(place, new FileOutputStream(FileDescriptor.out), TIME);
            System.err.println("carrel: wrote " + Counts.of(summary));
            return 0;
        }
        Archive.Summary summary = Archive.write(place, StoreOptions.path(file), TIME);
        out().println("Wrote the store " + place + " to " + file + ": " + Counts.of(summary));
        return !verify || same(Archive.Source.of(place), Archive.Source.of(StoreOptions.path(file))) ? 0 : 1;
    }

    @Command(name = "import", mixinStandardHelpOptions = true, description = {
            "Fills an empty store with what is in an archive: all of it, or nothing."})
    int restore(@Mixin StoreOptions store,
            @Parameters(paramLabel = "FILE", description = "The archive, or - for standard input.") String file,
            @Option(names = "--verify", description = "Reads the store again and compares it with the file.") boolean verify) {
        StoreLocation place = store.location();
        if (file.equals(STREAM)) {
            Archive.Summary summary = Archive.read(System.in, place, TIME);
            out().println("Filled the store " + place + ": " + Counts.of(summary));
            return 0;
        }
        Archive.Summary summary = Archive.read(StoreOptions.path(file), place, TIME);
        out().println("Filled the store " + place + " from " + file + ": " + Counts.of(summary));
        return !verify || same(Archive.Source.of(place), Archive.Source.of(StoreOptions.path(file))) ? 0 : 1;
    }

    @Command(name = "backup", mixinStandardHelpOptions = true, description = {
            "Copies a SQLite store to a file while a server uses it, and checks the copy."})
    int backup(@Mixin StoreOptions store,
            @Parameters(paramLabel = "FILE", description = "A file that is not there yet.") String file) {
        StoreLocation place = store.location();
        StoreCheck.Report report = Backup.run(place, StoreOptions.path(file));
        out().println("Copied the store " + place + " to " + file + ": " + Counts.of(report.counts()));
        if (!report.whole()) {
            report.told().forEach(out()::println);
            out().println("The copy is not whole, nor is the store: " + report.troubles() + " troubles.");
        }
        return report.whole() ? 0 : 1;
    }
}
