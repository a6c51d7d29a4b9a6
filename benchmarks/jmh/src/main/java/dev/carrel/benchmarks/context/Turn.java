package dev.carrel.benchmarks.context;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Goes through the keys one after the other, so that no place in a context is favoured. */
@State(Scope.Thread)
public class Turn {
    private int next;

    final int next() {
        int i = next;
        next = i + 1 == Filled.KEYS ? 0 : i + 1;
        return i;
    }
}
