package dev.carrel.context;

/**
 * A task that runs again and again, for nobody. What it holds of whoever started it is what may cross to a periodic task;
 * each run gets that anew, so that no run finds what another made of it.
 */
record PeriodicTask(Context background, Runnable task) implements Runnable {
    @Override
    public void run() {
        try (Lifetime run = Lifetime.begin(Kind.TASK, "a periodic task's run")) {
            run.bind(background.anew()).run(task);
        }
    }
}
