package dev.carrel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/** All sockets of the load program, driven by the one thread that calls {@link #runUntil}. */
public final class EventLoop implements AutoCloseable {
    /** What a connection's owner hears. */
    public interface Receiver {
        /** Bytes came; whatever is left in the buffer is lost. */
        void received(ByteBuffer bytes);

        /** The other side has closed the connection, or it broke. */
        void closed(String why);
    }

    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer input = ByteBuffer.allocate(64 * 1024);

    /** A loop for connections to this address. */
    public EventLoop(InetSocketAddress server) throws IOException {
        this.server = server;
        this.selector = Selector.open();
    }

    /** A new connection. */
    public Connection connect(Receiver receiver) {
        try {
            SocketChannel channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            var connection = new Connection(channel, key, receiver);
            key.attach(connection);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves the sockets until this is so; asks at least every millisecond. */
    public void runUntil(BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean()) {
            selector.select(key -> ((Connection) key.attachment()).ready(), 1);
        }
    }

    /** Has {@link #runUntil} ask at once. Called by any thread. */
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** One socket. */
    public final class Connection {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final Receiver receiver;
        private @Nullable ByteBuffer unsent;

        private Connection(SocketChannel channel, SelectionKey key, Receiver receiver) {
            this.channel = channel;
            this.key = key;
            this.receiver = receiver;
        }

        /** Sends this after whatever was sent before. */
        public void send(ByteBuffer bytes) {
            ByteBuffer before = unsent;
            if (before != null) {
                unsent = ByteBuffer.allocate(before.remaining() + bytes.remaining()).put(before).put(bytes).flip();
                return;
            }
            try {
                channel.write(bytes);
            } catch (IOException e) {
                close();
                receiver.closed(e.toString());
                return;
            }
            if (bytes.hasRemaining()) {
                unsent = bytes;
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }

        private void ready() {
            try {
                ByteBuffer rest = unsent;
                if (rest != null && key.isWritable()) {
                    channel.write(rest);
                    if (!rest.hasRemaining()) {
                        unsent = null;
                        key.interestOps(SelectionKey.OP_READ);
                    }
                }
                if (!key.isReadable()) {
                    return;
                }
                input.clear();
                int read = channel.read(input);
                if (read < 0) {
                    close();
                    receiver.closed("the server closed the connection");
                } else {
                    receiver.received(input.flip());
                }
            } catch (IOException e) {
                close();
                receiver.closed(e.toString());
            }
        }

        /** Closes it; the receiver does not hear of it. */
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
