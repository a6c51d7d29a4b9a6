package dev.carrel.tck.context;

import java.net.http.HttpClient;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What an {@link HttpClient} that carries the context must do: what it calls back runs for whoever sent the request or opened
 * the web socket, on a thread that serves others before and after. The kit brings the server.
 */
public interface HttpContract {
    /** The thing under test, around {@code plain}, which it closes. */
    HttpClient wrap(HttpClient plain);

    /** Why a cell means nothing for this client, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each way to be called back and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_sends_is_whom_the_callback_sees(TestReporter reporter) {
        return Matrix.of(HttpHops.of(this), notApplicable(), reporter);
    }
}
