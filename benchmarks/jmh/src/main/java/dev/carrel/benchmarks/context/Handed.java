package dev.carrel.benchmarks.context;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Where tasks are handed to, as to a worker's queue: the compiler may not see through it. */
@State(Scope.Thread)
public class Handed {
    /** What the task saw: written, so that reading it is no dead code. */
    @Nullable
    String seen;

    /** Runs it on this thread; so what is measured is the hop alone and no queue. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    final @Nullable String run(Runnable task) {
        task.run();
        return seen;
    }
}
