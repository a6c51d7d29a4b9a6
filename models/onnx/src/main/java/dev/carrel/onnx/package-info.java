/**
 * Models that ONNX Runtime runs in this process, for the batches of many callers.
 *
 * <ul>
 * <li>{@link dev.carrel.onnx.MiniLm}: all-MiniLM-L6-v2, which turns texts into vectors. It uses DJL's tokenizers too, whose
 * traps (a silent cut at 128 tokens, files in the home folder, calls home) are closed here.
 * <li>{@link dev.carrel.onnx.OnnxModel}: any ONNX file whose inputs and outputs are declared.
 * </ul>
 *
 * Knows contexts and batches; nothing of applications, sessions or HTTP.
 */
@NullMarked
package dev.carrel.onnx;

import org.jspecify.annotations.NullMarked;
