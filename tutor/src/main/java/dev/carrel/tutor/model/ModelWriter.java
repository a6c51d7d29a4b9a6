package dev.carrel.tutor.model;

import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Cancellation;
import dev.carrel.error.CancelledException;
import dev.carrel.tutor.answer.Findings;

/**
 * Has a language model write the answer from the passages found.
 *
 * {@snippet :
 * try {
 *     writer.write(findings, history, reply::text);
 * } catch (ModelException e) {
 *     // show the passages, and e.getMessage() beside them
 * }
 * }
 *
 * <ul>
 * <li>{@link #write} blocks, and hands over each piece of text on the thread that called it: in the caller's own context,
 * although LangChain4j calls back on threads of its own.
 * <li>It ends at the latest after the settings' time-out; at once when the thread is interrupted, when the turn is
 * cancelled ({@link Cancellation#current()}) or when the writer is closed. The connection ends with it.
 * </ul>
 *
 * Thread-safe: each call has a connection and threads of its own.
 */
public final class ModelWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWriter.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONGEST_ANSWER = 200_000;

    private final ModelSettings settings;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A writer with this model. Nothing is sent before {@link #write}. */
    public ModelWriter(ModelSettings settings) {
        this.settings = settings;
    }

    /**
     * Writes the answer.
     *
     * @param findings the question and the passages to answer from
     * @param before what was asked and answered before, oldest first; the last four are sent
     * @param text is handed each piece as it comes; what it throws ends the call and is thrown on
     * @return all of the text
     * @throws ModelException if the model does not write to the end; what {@code text} was handed until then is void
     * @throws CancelledException if the turn was cancelled, the thread interrupted (it stays so) or the writer closed
     */
    public String write(Findings findings, List<Exchange> before, Consumer<String> text) {
        Call call = new Call();
        calls.add(call);
        try (call; Cancellation.Registration _ = Cancellation.current().onRequest(call::stop)) {
            if (closed) {
                throw stopped();
            }
            call.begin(findings, before);
            return call.follow(text);
        } finally {
            calls.remove(call);
        }
    }

    /** Which model writes, without secrets. */
    @Override
    public String toString() {
        return "ModelWriter[" + settings + "]";
    }

    /** Ends all calls that run, and refuses new ones. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(Call::stop);
    }

    private static CancelledException stopped() {
        return new CancelledException("The answer was stopped.");
    }

    /** What comes from the model's threads, in order. */
    private sealed interface Event {}

    private record Text(String text) implements Event {}

    private record Complete(boolean whole) implements Event {}

    private record Failed(Throwable failure) implements Event {}

    private record Stop() implements Event {}

    private final class Call implements StreamingChatResponseHandler, AutoCloseable {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final long deadline = System.nanoTime() + settings.timeout().toNanos();
        /** Of this call alone: interrupting its threads is what ends a read from a server that is silent. */
        private final ExecutorService threads = Executors
                .newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("carrel-model-", 0).inheritInheritableThreadLocals(false).factory());
        private volatile boolean over;

        void begin(Findings findings, List<Exchange> before) {
            HttpClient.Builder client = HttpClient.newBuilder().executor(threads)
                    .version(HttpClient.Version.HTTP_1_1); // vLLM's server stumbles over an offer of HTTP/2
            OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder model = OpenAiStreamingChatModel.builder()
                    .httpClientBuilder(new JdkHttpClientBuilder().httpClientBuilder(client))
                    .baseUrl(settings.url().toString()).modelName(settings.name()).timeout(settings.timeout());
            settings.key().ifPresent(model::apiKey);
            byte[] mark = new byte[6];
            RANDOM.nextBytes(mark);
            List<ChatMessage> messages = new Prompt(HexFormat.of().formatHex(mark)).messages(findings, before);
            // Not on the caller's thread: LangChain4j's client reads the stream in CompletableFuture.thenAccept, which runs
            // wherever it is called if the response is there already.
            threads.execute(() -> {
                try {
                    model.build().chat(messages, this);
                } catch (RuntimeException e) {
                    onError(e);
                }
            });
        }

        String follow(Consumer<String> text) {
            StringBuilder all = new StringBuilder();
            try {
                while (true) {
                    Event event = events.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                    switch (event) {
                        case null -> throw new ModelException(ModelException.Reason.TIMED_OUT, 0);
                        case Stop() -> throw stopped();
                        case Failed(Throwable failure) -> throw failure(failure, !all.isEmpty());
                        case Complete(boolean whole) -> {
                            if (!whole) {
                                throw new ModelException(ModelException.Reason.BROKE_OFF, 0);
                            }
                            return all.toString();
                        }
                        case Text(String piece) -> {
                            all.append(piece);
                            if (all.length() > LONGEST_ANSWER) {
                                throw new ModelException(ModelException.Reason.BROKE_OFF, 0);
                            }
                            text.accept(piece);
                        }
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw stopped();
            }
        }

        void stop() {
            events.add(new Stop());
        }

        @Override
        public void onPartialResponse(String piece) {
            if (!over && !piece.isEmpty()) {
                events.add(new Text(piece));
            }
        }

        /** A stream that simply ends has no reason to have finished: it was cut. */
        @Override
        public void onCompleteResponse(ChatResponse response) {
            events.add(new Complete(response.finishReason() != null));
        }

        @Override
        public void onError(Throwable failure) {
            events.add(new Failed(failure));
        }

        @Override
        public void close() {
            over = true;
            threads.shutdownNow();
        }
    }

    private ModelException failure(Throwable failure, boolean begun) {
        ModelException.Reason reason = begun ? ModelException.Reason.BROKE_OFF : ModelException.Reason.UNREACHABLE;
        int status = 0;
        @Nullable
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
            if (cause instanceof HttpException http) {
                status = http.statusCode();
                reason = ModelException.Reason.REFUSED;
            } else if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException
                    || cause instanceof InterruptedIOException) {
                reason = ModelException.Reason.TIMED_OUT;
            }
        }
        // Only the kind of failure: its text is the server's, and may repeat the key or the learner's question.
        LOG.warn("{} failed: {}, HTTP status {}, {}", settings, reason, status, failure.getClass().getSimpleName());
        return new ModelException(reason, status);
    }

    /** The limit of one call. */
    public Duration timeout() {
        return settings.timeout();
    }
}
