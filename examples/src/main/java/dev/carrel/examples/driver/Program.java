package dev.carrel.examples.driver;

/** One way to do a case's job: something that serves many users until it is closed. */
public interface Program extends AutoCloseable {
    @Override
    default void close() {}
}
