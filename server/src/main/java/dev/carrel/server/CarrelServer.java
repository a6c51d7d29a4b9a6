package dev.carrel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.App;
import dev.carrel.app.Models;
import dev.carrel.app.RunningApp;
import dev.carrel.app.engine.Engine;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.store.Store;
import dev.carrel.web.CarrelServlet;
import dev.carrel.web.OriginGuard;

/** An application on Jetty, with its store and keys. Thread-safe. */
public final class CarrelServer implements RunningApp {
    private static final Logger LOG = LoggerFactory.getLogger(CarrelServer.class);

    /** What every answer carries, in bytes that are made once. */
    private static final List<HttpField> ALWAYS = CarrelServlet.HEADERS.entrySet().stream()
            .<HttpField>map(header -> new PreEncodedHttpField(header.getKey(), header.getValue())).toList();

    private final ServerSettings settings;
    private final Store store;
    private final Engine engine;
    private final CarrelServlet servlet;
    private final Server jetty;
    private final URI uri;
    private boolean closed;

    private CarrelServer(ServerSettings settings, Store store, Engine engine, CarrelServlet servlet, Server jetty,
            URI uri) {
        this.settings = settings;
        this.store = store;
        this.engine = engine;
        this.servlet = servlet;
        this.jetty = jetty;
        this.uri = uri;
    }

    /**
     * Starts the application; when this returns it takes messages.
     *
     * @throws StartException if it cannot start for a reason that its operator can mend
     */
    public static CarrelServer start(App app, ServerSettings settings) {
        prepare(settings);
        return start(app, keys(settings), settings);
    }

    /** As {@link #start(App, ServerSettings)}, with keys that are at hand; the data folder is {@link #prepare prepared}. */
    public static CarrelServer start(App app, KeyRing keys, ServerSettings settings) {
        return start(app, settings.store().open(settings.data(), settings.time()), keys, settings);
    }

    /** As {@link #start(App, KeyRing, ServerSettings)}, on a store that is at hand; it is closed with the server. */
    public static CarrelServer start(App app, Store store, KeyRing keys, ServerSettings settings) {
        try {
            var engine = new Engine(app, store, keys, settings.time(), new Engine.Options(settings.lease(),
                    who -> who.anonymous() || settings.users().find(who.user()).isPresent()));
            Set<String> hosts = new java.util.HashSet<>(settings.allowHosts());
            hosts.add(settings.host());
            var servlet = new CarrelServlet(new CarrelServlet.Settings(engine, store.revocations(), keys,
                    settings.users(), OriginGuard.of(hosts), settings.time(), settings.ready(),
                    settings.bodies()));
            Server jetty = jetty(settings, servlet);
            // Before the engine: a server that cannot listen must not have begun the turns that wait.
            start(jetty, settings);
            engine.start();
            var connector = (ServerConnector) jetty.getConnectors()[0];
            String host = settings.host().equals("127.0.0.1") ? "localhost" : settings.host();
            return new CarrelServer(settings, store, engine, servlet, jetty,
                    URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                            + connector.getLocalPort()));
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    /**
     * Makes the data folder if it is not there, for its owner only.
     *
     * @throws StartException if it cannot be made
     */
    public static void prepare(ServerSettings settings) {
        Path data = settings.data();
        try {
            if (!settings.inMemory() && !Files.isDirectory(data)) {
                Files.createDirectories(data,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StartException("the data folder " + data.toAbsolutePath() + " cannot be made: " + reason(e), e);
        }
    }

    /**
     * The keys of this installation, from its data folder; random ones for the memory store.
     *
     * @throws StartException if they can be neither read nor made
     */
    public static KeyRing keys(ServerSettings settings) {
        Path file = settings.keys();
        try {
            return settings.inMemory() ? KeyRing.random() : KeyRing.load(file);
        } catch (UncheckedIOException e) {
            throw new StartException("the key file " + file.toAbsolutePath() + " can be neither read nor made", e);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException file && file.getReason() != null
                ? file.getReason()
                : e.getClass().getSimpleName().replace("Exception", "");
    }

    private static Server jetty(ServerSettings settings, CarrelServlet servlet) {
        // Not the all-virtual pool: it can let every carrier block in select() (jetty/jetty.project#12651).
        var threads = new QueuedThreadPool(16, 4);
        threads.setName("jetty");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).inheritInheritableThreadLocals(false).factory()));
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(16 * 1024);
        // Each connection would have one of its own, which costs more to search than it spares: cookies differ from all in it.
        http.setHeaderCacheSize(0);
        http.addCustomizer((request, answer) -> {
            ALWAYS.forEach(answer::add);
            return request;
        });
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(1024);
        // By the time that Jetty stops, streams have ended and turns are closed: idle connections need no second of grace.
        connector.setShutdownIdleTimeout(100);
        server.addConnector(connector);
        var context = new ServletContextHandler("/", false, false);
        context.addServlet(new ServletHolder(servlet), "/*");
        context.setErrorHandler(new PlainErrors());
        server.setErrorHandler(new PlainErrors());
        server.setHandler(context);
        server.setStopTimeout(2_000);
        return server;
    }

    private static void start(Server jetty, ServerSettings settings) {
        String where = settings.host() + ":" + settings.port();
        try {
            jetty.start();
        } catch (Exception e) {
            stopQuietly(jetty);
            throw switch (rootOf(e)) {
                case BindException bind when String.valueOf(bind.getMessage()).contains("in use") -> new StartException(
                        "port " + settings.port()
                                + " is in use: stop what listens there, or choose another with --port",
                        e);
                case BindException bind ->
                    new StartException("cannot listen on " + where + ": " + bind.getMessage(), e);
                case UnknownHostException unknown -> new StartException("there is no host " + settings.host(), e);
                case UnresolvedAddressException unknown -> new StartException("there is no host " + settings.host(), e);
                case Throwable other -> new StartException("cannot listen on " + where, e);
            };
        }
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static void stopQuietly(Server jetty) {
        try {
            jetty.stop();
        } catch (Exception e) {
            LOG.warn("Jetty did not stop cleanly: {}", e.toString());
        }
    }

    @Override
    public URI uri() {
        return uri;
    }

    /**
     * Stops: no new messages; running turns may finish; then streams get a last event and end, which Jetty would else
     * wait for until its time-out; then Jetty and the store.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        engine.stop(settings.grace());
        servlet.streams().close();
        awaitStreams();
        stopQuietly(jetty);
        store.close();
    }

    @Override
    public Models models() {
        return engine.models();
    }

    /** How many event streams are open. */
    int streams() {
        return servlet.streams().size();
    }

    /** What runs in it. */
    Engine engine() {
        return engine;
    }

    private void awaitStreams() {
        long end = System.nanoTime() + 2_000_000_000L;
        while (servlet.streams().size() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
