package dev.carrel.server;

import java.nio.file.Path;

/** A server in a process of its own, to be killed: prints where it listens, and runs until it is. */
final class KilledServer {
    private KilledServer() {}

    /** Takes the data folder. */
    public static void main(String[] arguments) throws InterruptedException {
        TestServer server = TestServer.onSqlite(new TestApp().app(), Path.of(arguments[0]));
        System.out.println("listening " + server.uri());
        System.out.flush();
        Thread.currentThread().join();
    }
}
