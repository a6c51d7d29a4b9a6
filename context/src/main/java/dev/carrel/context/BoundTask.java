package dev.carrel.context;

/** A task that knows its context, so that nobody on its way to a thread captures another one for it. */
record BoundTask(Context context, Runnable task) implements Runnable {
    @Override
    public void run() {
        context.run(task);
    }
}
