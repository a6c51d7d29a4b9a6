package dev.carrel.tck.context;

import java.util.concurrent.ExecutorService;

import dev.carrel.context.Context;

/** The example of the README. */
class MyExecutorTest implements WrappedExecutorContract {
    @Override
    public ExecutorService wrap(ExecutorService plain) {
        return Context.propagating(plain);
    }
}
