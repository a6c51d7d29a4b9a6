package dev.carrel.server;

import dev.carrel.app.App;
import dev.carrel.app.RunningApp;
import dev.carrel.app.spi.AppHost;

/** Runs an application as the environment says: what {@code App.start()} finds. */
public final class CarrelHost implements AppHost {
    /** For {@link java.util.ServiceLoader}. */
    public CarrelHost() {}

    @Override
    public RunningApp start(App app) {
        CarrelServer server = CarrelServer.start(app, ServerSettings.of(Configuration.ofProcess()));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("carrel-stop").unstarted(server::close));
        System.out.println(app.name() + " is on " + server.uri());
        return server;
    }
}
