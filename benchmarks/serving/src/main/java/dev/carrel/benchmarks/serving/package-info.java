/**
 * Models that many call at once: over HTTP beside LitServe and FastAPI, in process beside ONNX Runtime and LangChain4j, and
 * the batcher's policy beside its simulation. {@link dev.carrel.benchmarks.serving.ServingRun} is the one command; it starts
 * what it measures in processes of their own.
 */
@NullMarked
package dev.carrel.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
