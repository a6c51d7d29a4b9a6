package dev.carrel.tck.context;

import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.concurrent.ContextRecursiveAction;
import dev.carrel.concurrent.ContextRecursiveTask;
import dev.carrel.test.StrictContexts;

/** The context's fork-join tasks keep the contract. */
@ExtendWith(StrictContexts.class)
class ForkJoinTest {
    @Nested
    class Recursive implements ForkJoinContract {
        @Override
        public Map<String, Kind> kinds() {
            return Map.of("ContextRecursiveTask", Answering::new, "ContextRecursiveAction", Acting::new);
        }
    }

    @SuppressWarnings("serial") // never written
    private static final class Answering extends ContextRecursiveTask<Object> {
        private final transient Callable<Object> body;

        Answering(Callable<Object> body) {
            this.body = body;
        }

        @Override
        protected Object compute() {
            ExecutorHops.runnable(body).run();
            return "done";
        }
    }

    @SuppressWarnings("serial") // never written
    private static final class Acting extends ContextRecursiveAction {
        private final transient Callable<Object> body;

        Acting(Callable<Object> body) {
            this.body = body;
        }

        @Override
        protected void compute() {
            ExecutorHops.runnable(body).run();
        }
    }
}
