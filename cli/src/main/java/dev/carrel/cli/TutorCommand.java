package dev.carrel.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Tokens;
import dev.carrel.keys.KeyRing;
import dev.carrel.onnx.MiniLm;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;
import dev.carrel.server.StartException;
import dev.carrel.tutor.Tutor;
import dev.carrel.tutor.docs.DocumentFolder;
import dev.carrel.tutor.docs.DocumentsException;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.model.ModelSettings;
import dev.carrel.tutor.model.ModelWriter;
import dev.carrel.web.PasswordUsers;

/** {@code carrel tutor}. */
@Command(name = "tutor", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Starts a teaching assistant for many learners at once.",
        "Each option can also be set as CARREL_<NAME> in the environment or in carrel.properties."})
final class TutorCommand implements Callable<Integer> {
    @Option(names = "--docs", paramLabel = "DIR", description = "Folder of Markdown and text files to answer from; "
            + "default: this project's own documentation.")
    @Nullable
    String docs;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder for keys, conversations and the index; "
            + "default: ./.carrel")
    @Nullable
    String data;

    @Option(names = "--host", paramLabel = "HOST", description = "Address to listen on; default: 127.0.0.1, "
            + "so that only this machine can reach it.")
    @Nullable
    String host;

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on; default: 7860, 0 for any.")
    @Nullable
    String port;

    @Option(names = "--allow-host", paramLabel = "NAMES", description = "Further names, separated by commas, "
            + "under which browsers reach this server.")
    @Nullable
    String allowHost;

    @Option(names = "--users", paramLabel = "FILE", description = "Who can sign in, a line each: "
            + "id:hash[:name[:roles]], the hash Argon2 or bcrypt; default: alice and bob, to try it out.")
    @Nullable
    String users;

    @Option(names = "--store", paramLabel = "STORE", description = "sqlite; postgres://user:password@host/database; "
            + "or memory, which forgets everything at the end; default: sqlite")
    @Nullable
    String store;

    @Option(names = "--durability", paramLabel = "HOW", description = "What SQLite's commits survive: normal, the death "
            + "of the process; full, that of the machine; default: normal")
    @Nullable
    String durability;

    @Option(names = "--keys", paramLabel = "FILE", description = "The file with the keys, which servers that share a store "
            + "share; default: keys in the data folder")
    @Nullable
    String keyFile;

    @Option(names = "--batch-tokens", paramLabel = "N", description = "How many tokens of questions the model works on at "
            + "once; default: as many as are quicker together on this machine, which is measured at the start.")
    @Nullable
    String batchTokens;

    @Spec
    @Nullable
    CommandSpec spec;

    TutorCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = Configuration.of(commandLine(), System.getenv(), Path.of(""));
        ServerSettings settings = ServerSettings.of(configuration);
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        DocumentFolder.Contents documents = read(configuration);
        documents.leftOut().forEach(line -> System.err.println("carrel: " + line));
        var tutor = new Tutor(writer(), batches(configuration));
        Optional<PasswordUsers> given = configuration.find("users").map(Path::of).map(TutorCommand::users);
        CarrelServer.prepare(settings);
        CompletableFuture<MiniLm> model = MiniLm.loadBeside(settings.data());
        var stop = new Stop(model);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("carrel-stop").unstarted(stop));
        try {
            KeyRing keys = CarrelServer.keys(settings);
            var demo = new DemoUsers(keys);
            CarrelServer server = CarrelServer.start(tutor.app(), keys,
                    settings.withUsers(given.isPresent() ? given.get() : demo).withReady(tutor::ready));
            stop.first(() -> {
                server.close();
                tutor.close();
            });
            open(tutor, model, settings.data(), documents).notice()
                    .ifPresent(line -> System.err.println("carrel: " + line));
            out.println("The tutor is on " + server.uri());
            if (given.isEmpty()) {
                out.println(demo.hint());
            }
            out.flush();
        } catch (RuntimeException e) {
            if (!stop.begun()) {
                stop.run();
                throw e;
            }
            // The model was taken away while it was read with: the process is ending.
        }
        stop.await();
        return 0;
    }

    private Map<String, String> commandLine() {
        Map<String, String> options = new HashMap<>();
        put(options, "docs", docs);
        put(options, "data", data);
        put(options, "host", host);
        put(options, "port", port);
        put(options, "allow-host", allowHost);
        put(options, "users", users);
        put(options, "store", store);
        put(options, "durability", durability);
        put(options, "keys", keyFile);
        put(options, "batch-tokens", batchTokens);
        return options;
    }

    private static void put(Map<String, String> options, String name, @Nullable String value) {
        if (value != null) {
            options.put(name, value);
        }
    }

    private static DocumentFolder.Contents read(Configuration configuration) {
        try {
            Optional<String> docs = configuration.find("docs");
            if (docs.isPresent()) {
                return DocumentFolder.of(Path.of(docs.get())).read();
            }
            Path home = Path.of(System.getProperty("carrel.home", ""));
            return DocumentFolder.of(home, List.of(home.resolve("docs"), home.resolve("README.md"),
                    home.resolve("ARCHITECTURE.md"))).read();
        } catch (DocumentsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Consumer<BatcherBuilder<Tokens, float[]>> batches(Configuration configuration) {
        if (configuration.find("batch-tokens").isEmpty()) {
            return batches -> {};
        }
        int tokens = configuration.number("batch-tokens", 1, 1, 1_000_000);
        // What the operator knows need not be measured.
        return batches -> batches.maxCost(tokens, Tokens::count).warmUp(List.of());
    }

    private static Optional<ModelWriter> writer() {
        try {
            return ModelSettings.from(System.getenv()).map(ModelWriter::new);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static PasswordUsers users(Path file) {
        try {
            return PasswordUsers.load(file);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Index.Report open(Tutor tutor, CompletableFuture<MiniLm> model, Path data,
            DocumentFolder.Contents documents) {
        var bar = new ProgressBar("Reading the documents");
        try {
            return tutor.open(model.join(), data, documents.documents(), bar);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new StartException("the model cannot be unpacked into " + data.toAbsolutePath() + ": "
                        + io.getMessage(), e);
            }
            throw new StartException("the model cannot be loaded on this machine: " + e.getCause(), e);
        } finally {
            bar.finish();
        }
    }
}
