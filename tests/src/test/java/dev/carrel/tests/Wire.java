package dev.carrel.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire between a browser and the server, on this machine, that can be cut and mended. Thread-safe. */
final class Wire implements AutoCloseable {
    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Wire(URI server) throws IOException {
        this.server = server;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("wire").start(this::accept);
    }

    URI uri() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                join(listener.accept());
            } catch (IOException e) {
                // Closed, or one connection that did not come about.
            }
        }
    }

    private void join(Socket browser) throws IOException {
        sockets.add(browser);
        if (cut) {
            browser.close();
            return;
        }
        var onward = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        sockets.add(onward);
        Thread.ofVirtual().start(() -> carry(browser, onward));
        Thread.ofVirtual().start(() -> carry(onward, browser));
    }

    private void carry(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // The end of this connection, however it came.
        } finally {
            sockets.remove(from);
        }
    }

    /** Ends all connections, and lets none through until {@link #mend}. */
    void cut() throws IOException {
        cut = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
