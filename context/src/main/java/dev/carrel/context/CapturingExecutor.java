package dev.carrel.context;

import java.util.concurrent.ExecutorService;

/** An executor that captures the context of whoever submits by itself, so that nobody wraps it to do so again. */
public interface CapturingExecutor extends ExecutorService, InterruptibleExecutor {}
