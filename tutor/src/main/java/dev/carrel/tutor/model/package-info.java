/**
 * A language model that writes the answer from the passages found, if the operator names one.
 *
 * <ul>
 * <li>{@link dev.carrel.tutor.model.ModelSettings}: which server and model, from the environment.
 * <li>{@link dev.carrel.tutor.model.ModelWriter}: the call, streamed, bounded in time, cancellable.
 * <li>{@link dev.carrel.tutor.model.ModelException}: why there is no answer, in words fit for the user.
 * </ul>
 *
 * Anything that speaks OpenAI's chat protocol will do: Ollama, vLLM, a provider. LangChain4j speaks it here.
 */
@NullMarked
package dev.carrel.tutor.model;

import org.jspecify.annotations.NullMarked;
