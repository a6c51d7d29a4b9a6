package dev.carrel.tutor.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.engine.Engine;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Authority;
import dev.carrel.keys.KeyRing;
import dev.carrel.onnx.MiniLm;
import dev.carrel.session.Answer;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;
import dev.carrel.tutor.Tutor;
import dev.carrel.tutor.docs.Document;
import dev.carrel.tutor.index.Progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The tutor with a language model: it writes from the passages, and when it fails the passages are shown. */
class TutorWithModelTest {
    private static final String PASSAGE = "The chemistry exam takes place on the fourth of June in Hall B.";
    private static final String QUESTION = "When does the chemistry exam take place?";

    @TempDir
    Path data;

    @Test
    void the_model_writes_and_the_passages_stay_as_sources() {
        Turn turn = ask(exchange -> {
            try (OutputStream out = ModelServer.stream(exchange)) {
                ModelServer.words(out, List.of("On the fourth ", "of June [1]."));
                ModelServer.end(out);
            }
        });
        assertThat(turn.answer().text()).isEqualTo("On the fourth of June [1].");
        assertThat(turn.answer().data()).extracting(Answer.Data::name).containsExactly("sources");
        assertThat(turn.answer().data().getFirst().json()).contains(PASSAGE);
    }

    @Test
    void when_the_model_refuses_the_passages_are_shown_and_the_failure_is_said() {
        Turn turn = ask(
                exchange -> ModelServer.refuse(exchange, 401, "{\"error\":{\"message\":\"key sk-secret is wrong\"}}"));
        assertThat(turn.answer().text()).contains(PASSAGE);
        assertThat(notice(turn)).contains("refused").doesNotContain("sk-secret");
    }

    @Test
    void when_the_model_breaks_off_what_it_wrote_is_followed_by_the_passages() {
        Turn turn = ask(exchange -> {
            OutputStream out = ModelServer.stream(exchange);
            ModelServer.words(out, List.of("On the"));
            throw new IOException("cut");
        });
        assertThat(turn.answer().text()).startsWith("On the …").contains(PASSAGE);
        assertThat(notice(turn)).contains("broke off");
    }

    private static String notice(Turn turn) {
        return turn.answer().data().stream().filter(said -> said.name().equals("notice")).findFirst().orElseThrow()
                .json();
    }

    private Turn ask(ModelServer.Manner manner) {
        try (var server = new ModelServer(manner);
                var tutor = new Tutor(Optional.of(new ModelWriter(
                        new ModelSettings(server.url(), "m", Optional.of("sk-secret"), Duration.ofSeconds(20)))),
                        batches -> batches.maxCost(128, Tokens::count).warmUp(List.of()))) {
            var engine = new Engine(tutor.app(), new MemoryStore(TimeSource.system()), KeyRing.random(),
                    TimeSource.system());
            engine.start();
            tutor.open(MiniLm.load(Path.of("target", "test-data")), data,
                    List.of(new Document("exams.md", "# Exams\n\n" + PASSAGE + "\n")), Progress.NONE);
            Authority login = Authority.named("test");
            OwnedSession session = engine.create(login.visitor("school", "visitor:1"), null);
            engine.post(session, "m1", QUESTION);
            await().until(() -> !engine.snapshot(session).turns().getFirst().status().open());
            Turn turn = engine.snapshot(session).turns().getFirst();
            assertThat(turn.status()).isEqualTo(TurnStatus.COMMITTED);
            engine.stop(Duration.ZERO);
            return turn;
        }
    }
}
