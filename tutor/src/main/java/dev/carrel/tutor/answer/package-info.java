/**
 * From a question to an answer, without a language model.
 *
 * <ul>
 * <li>{@link dev.carrel.tutor.answer.Answerer}: start here. Finds passages, decides whether they answer, quotes them.
 * <li>{@link dev.carrel.tutor.answer.Question}: what is asked, a follow-up read together with what came before.
 * <li>{@link dev.carrel.tutor.answer.Signals}: the few numbers on which the decision rests, and the decision.
 * <li>{@link dev.carrel.tutor.answer.Answer}: the text in pieces to stream, and its sources.
 * </ul>
 *
 * Knows nothing of HTTP, sessions or models that write.
 */
@NullMarked
package dev.carrel.tutor.answer;

import org.jspecify.annotations.NullMarked;
