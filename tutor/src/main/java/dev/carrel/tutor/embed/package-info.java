/**
 * Texts to vectors, in this process.
 *
 * <ul>
 * <li>{@link dev.carrel.tutor.embed.Embedder}: what the rest of the tutor sees of a model.
 * <li>{@link dev.carrel.tutor.embed.MiniLm}: all-MiniLM-L6-v2 through ONNX Runtime and DJL's tokenizers, whose traps (a
 * silent cut at 128 tokens, files in the home folder, calls home) are closed here.
 * </ul>
 *
 * Knows nothing of documents, users or HTTP.
 */
@NullMarked
package dev.carrel.tutor.embed;

import org.jspecify.annotations.NullMarked;
