package dev.carrel.app;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.pool.PoolStatus;
import dev.carrel.pool.TaskPool;
import dev.carrel.time.TimeSource;

/**
 * The task pools of the running application, by the names under which {@link App#pool} declared them.
 *
 * {@snippet :
 * // In a handler. What the turn binds ends with the turn, so work that goes on after it is detached.
 * Context.current().detached(Deadline.after(Duration.ofMinutes(5)))
 *         .run(() -> Pools.named("evaluation").execute(() -> evaluate(question, answer)));
 * }
 *
 * Thread-safe.
 */
public final class Pools {
    /**
     * Those of the running application, which outlives every tenant: so they stay in detached and background work. Bound by
     * the engine around handlers and functions; ends with that binding. The pools close when the application stops.
     */
    private static final ContextKey<Pools> KEY = ContextKey.of("pools", Kind.TENANT);

    private final Map<String, TaskPool> pools = new LinkedHashMap<>();

    private Pools() {}

    /** Makes what the application declared. Whoever starts the application calls this, and {@link #close} at its end. */
    public static Pools open(App app, TimeSource time) {
        var open = new Pools();
        try {
            app.pools().forEach((name, description) -> {
                var builder = TaskPool.builder(name).time(time);
                description.accept(builder);
                open.pools.put(name, builder.build());
            });
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
        return open;
    }

    /**
     * The pool of this name.
     *
     * @throws IllegalArgumentException if the application declares no such pool
     * @throws dev.carrel.error.MissingContextException outside of the application's handlers and of what they started
     */
    public static TaskPool named(String name) {
        Map<String, TaskPool> pools = Context.current().get(KEY).pools;
        TaskPool pool = pools.get(name);
        if (pool == null) {
            throw new IllegalArgumentException("the application has no pool named \"" + name + "\", only "
                    + pools.keySet() + ": declare it with App.pool(name, description)");
        }
        return pool;
    }

    /** The context in which {@link #named} finds these. */
    public Context bind(Context context) {
        return context.with(KEY, this);
    }

    /** Where the tasks of each pool stand now, by name. */
    public Map<String, PoolStatus> status() {
        Map<String, PoolStatus> all = new LinkedHashMap<>();
        pools.forEach((name, pool) -> all.put(name, pool.status()));
        return all;
    }

    /** Closes them all, one after the other, in the order in which they were declared. */
    public void close() {
        pools.values().forEach(TaskPool::close);
    }
}
