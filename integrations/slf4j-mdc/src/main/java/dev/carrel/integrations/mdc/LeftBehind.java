package dev.carrel.integrations.mdc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.context.Strict;

/**
 * Tells what code left in the MDC when its block ended. It is gone by then, so nobody sees it who should not; but whoever put
 * it there may have meant it to be seen for longer. Thread-safe.
 */
final class LeftBehind {
    /** A program has a few names; one that makes them up as it goes is told of these and no more. */
    private static final int NAMES = 256;
    /** What strict mode knows each name by: one object a name, so that it holds no more than the last of each. */
    private static final Map<String, Object> TOLD = new ConcurrentHashMap<>();

    private LeftBehind() {}

    /** Says the name and never the value, which may be somebody's. */
    static void report(String name) {
        Object known = TOLD.get(name);
        if (known == null) {
            if (TOLD.size() >= NAMES) {
                return;
            }
            var first = new Object();
            known = TOLD.putIfAbsent(name, first);
            if (known == null) {
                known = first;
                System.getLogger("dev.carrel.context").log(System.Logger.Level.WARNING,
                        "the MDC entry \"%s\" was left behind by a block that ended on thread \"%s\", and is taken away: put "
                                .formatted(name, Thread.currentThread().getName())
                                + "it there with MDC.putCloseable, or bind a loggable key. This name is not told again; "
                                + "-Dcarrel.strict=true shows where",
                        Strict.enabled() ? new Throwable("the block ended here") : null);
            }
        }
        Strict.began(known, "the MDC entry \"" + name + "\", left behind by a block");
    }
}
