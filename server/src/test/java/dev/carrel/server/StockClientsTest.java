package dev.carrel.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.output.Response;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.app.Carrel;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** OpenAI's own client, and LangChain4j's, as they are: they find the embeddings and understand the errors. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class StockClientsTest {
    private final TestEmbedder model = new TestEmbedder(true);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TestServer server;
    private OpenAIClient openAi;

    @BeforeEach
    void start() {
        server = TestServer.inMemory(Carrel.app("vectors").embeddings("words", model,
                batches -> batches.maxItems(16).maxWaiting(100)));
        openAi = OpenAIOkHttpClient.builder().baseUrl(server.uri() + "/v1").apiKey("any").maxRetries(0).build();
    }

    @AfterEach
    void stop() {
        model.mayRun.release(1_000_000);
        threads.close();
        openAi.close();
        server.close();
    }

    /** In what form the client asks for vectors; by itself, it asks for Base64. */
    enum Form {
        BY_ITSELF, FLOAT, BASE64
    }

    private static EmbeddingCreateParams.Builder words() {
        return EmbeddingCreateParams.builder().model("words");
    }

    private static EmbeddingCreateParams.Builder words(Form form) {
        return switch (form) {
            case BY_ITSELF -> words();
            case FLOAT -> words().encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT);
            case BASE64 -> words().encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64);
        };
    }

    private static String[] hundred() {
        return IntStream.range(0, 100).mapToObj(i -> "text " + i + " of many".repeat(i % 5)).toArray(String[]::new);
    }

    private static long tokens(String... texts) {
        return Arrays.stream(texts).mapToLong(text -> TestEmbedder.ids(text).length).sum();
    }

    private static List<Long> ids(String text) {
        return Arrays.stream(TestEmbedder.ids(text)).boxed().toList();
    }

    private static List<Float> vector(String text) {
        return list(TestEmbedder.vector(text));
    }

    private static List<Float> list(float... vector) {
        List<Float> list = new ArrayList<>();
        for (float number : vector) {
            list.add(number);
        }
        return list;
    }

    private void vectors(EmbeddingCreateParams.Builder asked, String... texts) {
        CreateEmbeddingResponse answer = openAi.embeddings().create(asked.build()).validate();
        assertThat(answer.model()).isEqualTo("words");
        assertThat(answer.data()).hasSize(texts.length);
        for (int i = 0; i < texts.length; i++) {
            assertThat(answer.data().get(i).index()).isEqualTo(i);
            assertThat(answer.data().get(i).embedding()).as(texts[i]).isEqualTo(vector(texts[i]));
        }
        assertThat(answer.usage().promptTokens()).isEqualTo(tokens(texts));
        assertThat(answer.usage().totalTokens()).isEqualTo(tokens(texts));
    }

    @ParameterizedTest
    @EnumSource
    void openais_client_is_given_the_models_vectors_of_texts_and_of_tokens(Form form) {
        vectors(words(form).input("Hello, wide world"), "Hello, wide world");
        vectors(words(form).inputOfArrayOfStrings(List.of(hundred())), hundred());
        vectors(words(form).inputOfArrayOfTokens(ids("as numbers")), "as numbers");
        vectors(words(form).inputOfArrayOfTokenArrays(List.of(ids("one"), ids("another one"))), "one", "another one");
        assertThat(model.wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void openais_client_is_given_shorter_vectors(Form form) {
        float[] whole = TestEmbedder.vector("a");
        CreateEmbeddingResponse answer = openAi.embeddings().create(words(form).input("a").dimensions(2).build());
        assertThat(answer.data().getFirst().embedding())
                .isEqualTo(list(TestEmbedder.normalised(whole[0], whole[1])));
    }

    @Test
    void openais_client_finds_the_models() {
        assertThat(openAi.models().list().items()).singleElement().satisfies(it -> {
            assertThat(it.validate().id()).isEqualTo("words");
            assertThat(it.ownedBy()).isEqualTo("vectors");
        });
        assertThat(openAi.models().retrieve("words").validate().id()).isEqualTo("words");
        refused(NotFoundException.class, () -> openAi.models().retrieve("none"), "model_not_found", null);
    }

    private static <E extends OpenAIServiceException> E refused(Class<E> type, ThrowingCallable call, String code,
            @Nullable String param) {
        E refused = catchThrowableOfType(type, call);
        assertThat(refused).as(type.getSimpleName()).isNotNull();
        assertThat(refused.code()).contains(code);
        assertThat(refused.param()).isEqualTo(Optional.ofNullable(param));
        assertThat(refused.type()).isPresent();
        return refused;
    }

    private ThrowingCallable asking(EmbeddingCreateParams.Builder asked) {
        return () -> openAi.embeddings().create(asked.build());
    }

    @Test
    void openais_client_understands_what_was_wrong() {
        assertThat(refused(BadRequestException.class, asking(words().input("")), "invalid", "input"))
                .hasMessageContaining("must not be empty");
        refused(BadRequestException.class, asking(words().inputOfArrayOfStrings(List.of("a", ""))), "invalid",
                "input[1]");
        refused(BadRequestException.class, asking(words().input("a").dimensions(9)), "invalid", "dimensions");
        refused(BadRequestException.class, asking(words().input("a").putAdditionalBodyProperty("input_type",
                JsonValue.from("query"))), "invalid", "input_type");
        refused(NotFoundException.class, asking(words().model("none").input("a")), "model_not_found", null);
        refused(InternalServerException.class, asking(words().input("itemfails")), "internal", null);
        refused(UnexpectedStatusCodeException.class, asking(words().input("x".repeat(5_000_000))), "too-large", null);
        model.mayRun.drainPermits();
        Future<?> first = threads.submit(() -> openAi.embeddings().create(words().input("first").build()));
        Awaitility.await().until(model.mayRun::hasQueuedThreads);
        Future<?> fills = threads.submit(() -> vectors(words().inputOfArrayOfStrings(List.of(hundred())), hundred()));
        Awaitility.await().until(() -> server.waiting("words") == 100);
        RateLimitException full = refused(RateLimitException.class, asking(words().input("a")), "rate_limit_exceeded",
                null);
        assertThat(full.headers().values("Retry-After")).singleElement()
                .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
        model.mayRun.release(100);
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
        assertThat(fills).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void each_request_of_a_client_without_cookies_is_that_of_another_visitor() {
        for (int i = 0; i < 2; i++) {
            openAi.embeddings().create(words().input("a").user("alice").build());
        }
        assertThat(model.askers).hasSize(2).allMatch(Principal::anonymous);
        assertThat(model.askers.stream().map(Principal::user).distinct()).hasSize(2).doesNotContain("alice");
    }

    private OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder langChain() {
        return OpenAiEmbeddingModel.builder().baseUrl(server.uri() + "/v1").apiKey("any").modelName("words")
                .maxRetries(0);
    }

    @ParameterizedTest
    @EnumSource
    void langchain4j_is_given_the_models_vectors(Form form) {
        OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder builder = langChain().user("alice");
        OpenAiEmbeddingModel client = switch (form) {
            case BY_ITSELF -> builder.build();
            case FLOAT -> builder.encodingFormat("float").build();
            case BASE64 -> builder.encodingFormat("base64").build();
        };
        assertThat(client.embed("Hello").content().vector()).containsExactly(TestEmbedder.vector("Hello"));
        Response<List<Embedding>> answer = client
                .embedAll(Arrays.stream(hundred()).map(TextSegment::from).toList());
        assertThat(answer.content()).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(answer.content().get(i).vector()).containsExactly(TestEmbedder.vector(hundred()[i]));
        }
        assertThat(Objects.requireNonNull(answer.tokenUsage()).inputTokenCount())
                .isEqualTo((int) tokens(hundred()));
        float[] whole = TestEmbedder.vector("a");
        assertThat(builder.dimensions(2).build().embed("a").content().vector())
                .containsExactly(TestEmbedder.normalised(whole[0], whole[1]));
    }

    @Test
    void langchain4j_understands_what_was_wrong() {
        assertThatThrownBy(() -> langChain().dimensions(9).build().embed("a"))
                .isInstanceOf(InvalidRequestException.class).hasMessageContaining("dimensions");
        assertThatThrownBy(() -> langChain().modelName("none").build().embed("a"))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> langChain().build().embed("itemfails"))
                .isInstanceOf(dev.langchain4j.exception.InternalServerException.class);
    }
}
