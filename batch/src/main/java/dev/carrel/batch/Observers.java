package dev.carrel.batch;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import dev.carrel.context.Context;

/** All who observe a batcher, as one who never throws. Thread-safe. */
final class Observers implements BatchObserver {
    /** One who wants to know of batches only: what is told of each item costs nothing then. */
    record OfBatches(Consumer<? super BatchRecord> told) implements BatchObserver {
        OfBatches {
            Objects.requireNonNull(told, "observer");
        }

        @Override
        public void ran(BatchRecord batch) {
            told.accept(batch);
        }
    }

    private final List<BatchObserver> all;
    private final List<BatchObserver> ofItems;

    Observers(List<BatchObserver> observers) {
        all = List.copyOf(observers);
        ofItems = all.stream().filter(observer -> !(observer instanceof OfBatches)).toList();
    }

    /** Whether nobody is told of batches. */
    boolean none() {
        return all.isEmpty();
    }

    /** Whether nobody is told of single items. */
    boolean noneOfItems() {
        return ofItems.isEmpty();
    }

    @Override
    public void ran(BatchRecord batch) {
        tell(all, observer -> observer.ran(batch));
    }

    @Override
    public void refused(String batcher, Context caller, Refusal reason) {
        tell(ofItems, observer -> observer.refused(batcher, caller, reason));
    }

    @Override
    public void began(String batcher, Context caller, Duration after) {
        tell(ofItems, observer -> observer.began(batcher, caller, after));
    }

    @Override
    public void answered(String batcher, Context caller, Ending how, Duration took) {
        tell(ofItems, observer -> observer.answered(batcher, caller, how, took));
    }

    @Override
    public void encoded(String batcher, Context caller, Duration took) {
        tell(ofItems, observer -> observer.encoded(batcher, caller, took));
    }

    /** In the root context: this thread may be working for somebody else. */
    private static void tell(List<BatchObserver> observers, Consumer<BatchObserver> what) {
        if (!observers.isEmpty()) {
            Context.root().run(() -> observers.forEach(observer -> tell(observer, what)));
        }
    }

    private static void tell(BatchObserver observer, Consumer<BatchObserver> what) {
        try {
            what.accept(observer);
        } catch (Throwable thrown) {
            // An Error too: a worker that died here would leave its callers waiting for ever.
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            if (handler != null) {
                tell(handler, thread, thrown);
            }
        }
    }

    private static void tell(Thread.UncaughtExceptionHandler handler, Thread thread, Throwable thrown) {
        try {
            handler.uncaughtException(thread, thrown);
        } catch (RuntimeException | Error e) {
            // There is nobody else to tell.
        }
    }
}
