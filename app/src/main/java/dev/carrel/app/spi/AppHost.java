package dev.carrel.app.spi;

import dev.carrel.app.App;
import dev.carrel.app.RunningApp;

/** A server that can run an application; found with {@link java.util.ServiceLoader}. */
public interface AppHost {
    /** Starts the application, configured by the environment. */
    RunningApp start(App app);
}
