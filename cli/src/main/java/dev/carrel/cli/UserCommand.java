package dev.carrel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.carrel.server.StartException;
import dev.carrel.session.Owner;
import dev.carrel.store.jdbc.Archive;
import dev.carrel.store.jdbc.StoreLocation;
import dev.carrel.store.jdbc.UserArchive;
import dev.carrel.time.TimeSource;

/** {@code carrel user}. */
@Command(name = "user", mixinStandardHelpOptions = true, description = {
        "Gives or erases all that a store keeps of one user: their conversations, and what is kept for them across these.",
        "What an application keeps elsewhere, or in what all users share, is not in it."})
final class UserCommand {
    private static final int TENANTS = 5;
    /** A server takes up such ends after a minute, in a round of half a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final TimeSource TIME = TimeSource.system();

    @Spec
    @Nullable
    CommandSpec spec;

    UserCommand() {}

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    @Command(name = "export", mixinStandardHelpOptions = true, description = {
            "Writes it as lines of JSON, also while a server uses the store."})
    int export(@Mixin StoreOptions store, @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "FILE", description = "A file that is not there yet, or - for standard output.") String file) {
        StoreLocation place = store.location();
        var owner = new Owner(tenant, user);
        require(place, owner, UserArchive.count(place, owner, TIME));
        if (file.equals("-")) {
            Archive.Summary summary = UserArchive.write(place, owner, new FileOutputStream(FileDescriptor.out), TIME);
            System.err.println("carrel: wrote " + Counts.of(summary));
            return 0;
        }
        Archive.Summary summary = UserArchive.write(place, owner, StoreOptions.path(file), TIME);
        out().println("Wrote what is kept of user " + user + " of tenant " + tenant + " to " + file + ": "
                + Counts.of(summary));
        return 0;
    }

    @Command(name = "erase", mixinStandardHelpOptions = true, description = {
            "Ends their sessions and removes what is kept for them. A SQLite store must not be in use. Servers on "
                    + "PostgreSQL go on, and are given some minutes to tell their application of each end. For a while it "
                    + "stays known that these sessions were erased."})
    int erase(@Mixin StoreOptions store, @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "USER") String user,
            @Option(names = "--yes", description = "Really does it; without it, only says what would be erased.") boolean yes) {
        StoreLocation place = store.location();
        var owner = new Owner(tenant, user);
        // That a session ended is remembered for a while, of whomever it was.
        Archive.Summary there = UserArchive.count(place, owner, TIME).without("place", "ended");
        require(place, owner, there);
        if (!yes) {
            throw new StartException("this would erase of user " + user + " of tenant " + tenant + ": "
                    + Counts.of(there) + ". It cannot be undone; add --yes to do it");
        }
        UserArchive.erase(place, owner, TIME, new UserArchive.Wait(PATIENCE, () -> System.err
                .println("carrel: waiting until the servers have told their application, a minute or two")));
        out().println("Erased of user " + user + " of tenant " + tenant + ": " + Counts.of(there) + ".");
        return 0;
    }

    private static void require(StoreLocation place, Owner owner, Archive.Summary there) {
        if (there.total() > 0) {
            return;
        }
        List<String> tenants = UserArchive.tenants(place, TENANTS);
        throw new StartException("nothing is kept of user " + owner.user() + " of tenant " + owner.tenant()
                + (tenants.isEmpty() || tenants.contains(owner.tenant())
                        ? ""
                        : "; the store knows the tenants " + String.join(", ", tenants)
                                + (tenants.size() < TENANTS ? "" : ", ...")));
    }
}
