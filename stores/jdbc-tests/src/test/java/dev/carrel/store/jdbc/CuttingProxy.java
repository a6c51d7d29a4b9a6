package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** A way to the database that can be made to break at the next commit: before it gets there, or before its answer does. */
final class CuttingProxy implements AutoCloseable {
    /** Where it breaks. */
    enum Cut {
        NOWHERE, BEFORE_THE_COMMIT, BEFORE_ITS_ANSWER
    }

    private final ServerSocket listening;
    private final PostgresAddress address;
    private final String host;
    private final int target;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOWHERE);

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private volatile boolean down;
    private volatile boolean staysDown;

    CuttingProxy(PostgresAddress address) throws IOException {
        this.address = address;
        this.host = address.source().getServerNames()[0];
        this.target = address.source().getPortNumbers()[0];
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The address of what is behind it. */
    PostgresAddress way() {
        return PostgresServer.through(address, listening.getLocalPort());
    }

    /** Breaks once, and is down from then on. */
    void cutForGood(Cut where) {
        staysDown = true;
        next.set(where);
    }

    /** Breaks once. */
    void cut(Cut where) {
        next.set(where);
    }

    /** Lets nobody through, and nobody who is through already, or everybody. */
    void down(boolean isDown) {
        down = isDown;
        if (isDown) {
            open.forEach(CuttingProxy::hangUp);
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // As it was to be.
        }
    }

    /** Whether it has broken. */
    boolean done() {
        return next.get() == Cut.NOWHERE;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (down) {
                    client.close();
                    continue;
                }
                var server = new Socket(host, target);
                Thread.ofVirtual().start(() -> copy(client, server, Cut.BEFORE_THE_COMMIT));
                Thread.ofVirtual().start(() -> copy(server, client, Cut.BEFORE_ITS_ANSWER));
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private void copy(Socket from, Socket to, Cut here) {
        var bytes = new byte[1 << 16];
        try (from; to) {
            open.add(from);
            if (down) {
                return;
            }
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                // What is sent at once arrives at once, as far as a test needs it.
                boolean commits = new String(bytes, 0, n, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
                if (commits && next.compareAndSet(here, Cut.NOWHERE)) {
                    down(staysDown);
                    return;
                }
                out.write(bytes, 0, n);
            }
        } catch (IOException broken) {
            // As either side may at any moment.
        } finally {
            open.remove(from);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
