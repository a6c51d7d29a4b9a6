package dev.carrel.app;

/**
 * Where an application begins.
 *
 * {@snippet :
 * Carrel.app("hello").chat("hello", (message, reply) -> reply.text("Hello, " + Principal.current().name())).start();
 * }
 */
public final class Carrel {
    private Carrel() {}

    /** An application of this name, to be declared and started. */
    public static App app(String name) {
        return new App(name);
    }
}
