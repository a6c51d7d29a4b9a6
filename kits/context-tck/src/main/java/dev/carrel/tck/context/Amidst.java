package dev.carrel.tck.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Assertions;

import dev.carrel.context.Context;

/** Hops to whatever is called later, by somebody, in the middle of another user's work: always bob's. */
final class Amidst {
    private static final String PLACE = "it is called, it is no place to hand work to";

    private Amidst() {}

    /**
     * The hops.
     *
     * @param expected what the task is to see, of the context in which it became something
     * @param ways makes something of a task, in the running context, by the name of the way; calling the result makes the
     *        task run
     */
    static List<Hop> hops(UnaryOperator<Context> expected, Map<String, UnaryOperator<Callable<Object>>> ways) {
        List<Hop> hops = new ArrayList<>();
        new TreeMap<>(ways).forEach((name, way) -> hops.add(Hop
                .of(name, setting -> new CalledAmidst(way, expected, setting)).expecting(expected)
                .without(Map.of(Cell.REJECTION, PLACE, Cell.SHUTDOWN, PLACE))));
        return hops;
    }

    /** The hops to what sees the context in which it was made. */
    static List<Hop> hops(Map<String, UnaryOperator<Callable<Object>>> ways) {
        return hops(UnaryOperator.identity(), ways);
    }

    /** What belongs to whoever calls sees them, and not whoever made what is called. */
    static void callersOwn(String what) {
        Assertions.assertEquals(Seen.of(Asker.BOB.context()), Seen.now(), "what bob's " + what + " sees");
    }
}
