package dev.carrel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What memory a server takes that nobody talks to, and what each idle session adds, with and without an open stream. */
final class Idle {
    private final PrintStream out;
    private final int sessions;

    Idle(PrintStream out, int sessions) {
        this.out = out;
        this.sessions = sessions;
    }

    private record Memory(double resident, double live) {
        static Memory of(ServerProcess process) throws IOException {
            double live = process.liveMiB();
            return new Memory(process.residentMiB(), live);
        }
    }

    void run(List<Servers.Java> servers) throws IOException {
        out.printf(Locale.ROOT, "%n| server | idle: resident, MiB | live heap, MiB | a session more, %,d of them, KiB: "
                + "resident | live heap | with an open stream: resident | live heap |%n", sessions);
        out.println("|---|--:|--:|--:|--:|--:|--:|");
        for (Servers.Java server : servers) {
            try (TemporaryFolder folder = TemporaryFolder.create();
                    ServerProcess process = server.start(folder.path())) {
                Memory before = Memory.of(process);
                Memory without = with(server, process, false);
                Memory streaming = with(server, process, true);
                out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f |%n", server.name(),
                        before.resident, before.live, each(before.resident, without.resident),
                        each(before.live, without.live), each(without.resident, streaming.resident),
                        each(without.live, streaming.live));
            }
        }
    }

    private Memory with(Servers.Java server, ServerProcess process, boolean streams) throws IOException {
        try (EventLoop loop = new EventLoop(process.address())) {
            new Crowd(loop, process, sessions, (i, watcher) -> server.chat(loop, "idle-" + i, watcher, streams));
            return Memory.of(process);
        }
    }

    private double each(double before, double after) {
        return 1024 * (after - before) / sessions;
    }
}
