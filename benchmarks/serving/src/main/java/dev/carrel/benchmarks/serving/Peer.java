package dev.carrel.benchmarks.serving;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of the same models at the same paths.
 *
 * @param name in the table
 * @param command prints where it listens
 */
record Peer(String name, List<String> command) {
    static final String CARREL = "Carrel";
    static final String LITSERVE = "LitServe";
    static final String FASTAPI = "FastAPI";

    /** The peers' programs and where their environment is (see {@code benchmarks/peers/install}). */
    record Python(Path programs, Path interpreter) {
        /** Of this checkout. */
        static Python of(Path home) {
            String folder = System.getenv().getOrDefault("CARREL_PEERS",
                    System.getProperty("java.io.tmpdir") + "/carrel-peers");
            Path interpreter = Path.of(folder, "serving", "bin", "python");
            if (!Files.isExecutable(interpreter)) {
                throw new IllegalStateException("there is no " + interpreter + ": run benchmarks/peers/install serving "
                        + "first, or measure without the peers (--no-peers)");
            }
            return new Python(home.resolve("benchmarks").resolve("peers"), interpreter);
        }

        private Peer peer(String name, String program, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(interpreter.toString(),
                    programs.resolve(program).toString()));
            command.addAll(arguments);
            return new Peer(name, command);
        }

        Peer litServe(String name, List<String> arguments) {
            return peer(name, "serve_litserve.py", arguments);
        }

        Peer fastApi(List<String> arguments) {
            return peer(FASTAPI, "serve_fastapi.py", arguments);
        }
    }

    static Peer carrel(String name, List<String> arguments) {
        return new Peer(name, JavaProcess.command(ModelServer.class, arguments));
    }
}
