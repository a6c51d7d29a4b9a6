package dev.carrel.tck.context;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

import dev.carrel.context.Context;

/** Executors with a mistake each, under contract. Their name keeps them from being run by themselves. */
final class BrokenExecutors {
    private BrokenExecutors() {}

    /** The same contract and an executor that is whole: what is red below is red because of the mistake. */
    static class Whole implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return new BrokenExecutor(plain, task -> Context.current().wrap(task));
        }
    }

    static class LosesTheContext implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return plain;
        }
    }

    static class KeepsTheMiddle implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return new BrokenExecutor(plain, task -> {
                Context captured = Context.current();
                return () -> {
                    if (Context.current().isRoot()) {
                        captured.run(task);
                    } else {
                        task.run();
                    }
                };
            });
        }
    }

    static class InheritsAtThreadCreation implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return plain;
        }

        @Override
        public ThreadFactory threads() {
            ThreadFactory factory = WrappedExecutorContract.super.threads();
            return worker -> {
                Context creators = Context.current();
                return factory.newThread(() -> creators.run(worker));
            };
        }
    }

    static class RestoresInsteadOfClearing implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            var last = new AtomicReference<>(Context.root());
            return new BrokenExecutor(plain, task -> {
                Context captured = Context.current();
                return captured.isRoot() ? () -> last.get().run(task) : () -> {
                    last.set(captured);
                    captured.run(task);
                };
            });
        }
    }

    static class WrapsOnceAndReuses implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            var first = new AtomicReference<>(Context.root());
            return new BrokenExecutor(plain, task -> {
                first.compareAndSet(Context.root(), Context.current());
                return first.get().wrap(task);
            });
        }
    }

    static class DropsOnCallerRuns implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return new BrokenExecutor(plain, task -> {
                Context captured = Context.current();
                Thread caller = Thread.currentThread();
                return () -> (Thread.currentThread() == caller ? Context.root() : captured).run(task);
            });
        }
    }

    static class LeaksTheInterrupt implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return new BrokenExecutor(plain, task -> Context.current().wrap(() -> {
                Thread worker = Thread.currentThread();
                try {
                    task.run();
                } finally {
                    worker.interrupt();
                }
            }));
        }
    }

    static class SkipsAWay implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return new ForgetfulExecutor(Context.propagating(plain), plain);
        }
    }

    static class PeriodicKeepsItsCreator implements ScheduledContract {
        @Override
        public ScheduledExecutorService executor() {
            return Executors.newSingleThreadScheduledExecutor();
        }

        @Override
        public Context expected(Context submitter) {
            return Context.root();
        }

        @Override
        public Context expectedOfPeriodic(Context submitter) {
            return submitter.background();
        }
    }
}
