package dev.carrel.benchmarks.stores;

import dev.carrel.benchmarks.HttpReader;
import dev.carrel.benchmarks.Request;

/** One session with a peer, from outside: the requests that it is spoken to with. */
interface Visitor {
    /** The request that makes the session. */
    Request open();

    /** What the peer answered to it. */
    void opened(HttpReader.Head head, String body);

    /** The request that says this and counts. */
    Request count(String text);

    /** The request that asks for the count and changes nothing. */
    Request read();
}
