package dev.carrel.batch;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.carrel.context.Context;

/** Who uses a model: once the last has ended, and not before, the model is told so, once. Thread-safe. */
final class Uses {
    private static final System.Logger LOG = System.getLogger(Batcher.class.getName());

    private final String name;
    private final BatchModel<?, ?> model;
    private int uses;
    private boolean told;

    /** Of this model, by nobody yet. */
    Uses(String name, BatchModel<?, ?> model) {
        this.name = name;
        this.model = model;
    }

    /** One more, which {@link #end} ends. */
    synchronized void begin() {
        uses++;
    }

    /** One fewer. */
    void end() {
        synchronized (this) {
            uses--;
            if (uses > 0 || told) {
                return;
            }
            told = true;
        }
        Context.root().run(this::tell);
    }

    /** One more, for as long as it is not closed. */
    Batching.Hold hold() {
        begin();
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                end();
            }
        };
    }

    private void tell() {
        try {
            model.closed();
        } catch (Exception | Error e) {
            // Whoever was the last to use it has done nothing wrong.
            LOG.log(System.Logger.Level.ERROR, "model \"" + name + "\" could not let go of what it has", e);
        }
    }
}
