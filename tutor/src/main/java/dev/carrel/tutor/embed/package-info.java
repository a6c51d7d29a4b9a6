/**
 * What the tutor sees of an embedding model: {@link dev.carrel.tutor.embed.Embedder} turns texts into
 * {@linkplain dev.carrel.tutor.embed.Vector vectors}. Knows nothing of documents, users or HTTP.
 */
@NullMarked
package dev.carrel.tutor.embed;

import org.jspecify.annotations.NullMarked;
