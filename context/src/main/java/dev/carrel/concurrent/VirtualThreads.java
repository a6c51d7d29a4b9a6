package dev.carrel.concurrent;

import java.util.concurrent.ThreadFactory;

import dev.carrel.context.Context;
import dev.carrel.context.InterruptibleExecutor;

/** A new virtual thread for each task. Not an executor service: nobody owns it, so nobody can shut it down for others. */
enum VirtualThreads implements InterruptibleExecutor {
    INSTANCE;

    private static final ThreadFactory FACTORY = Thread.ofVirtual().name("carrel-future-", 0)
            .inheritInheritableThreadLocals(false).factory();

    @Override
    public void execute(Runnable task) {
        FACTORY.newThread(Context.current().wrap(task)).start();
    }
}
