/**
 * From a folder of Markdown and plain text to passages that fit the embedding model.
 *
 * <ul>
 * <li>{@link dev.carrel.tutor.docs.DocumentFolder}: finds and reads the files, and says in one clear line why it cannot.
 * <li>{@link dev.carrel.tutor.docs.Passages}: splits one document by its headings.
 * <li>{@link dev.carrel.tutor.docs.Passage}: what an answer is made of and what a source names.
 * </ul>
 *
 * Knows nothing of users, vectors or HTTP.
 */
@NullMarked
package dev.carrel.tutor.docs;

import org.jspecify.annotations.NullMarked;
