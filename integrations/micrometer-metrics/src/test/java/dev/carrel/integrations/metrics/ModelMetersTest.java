package dev.carrel.integrations.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.Models;
import dev.carrel.app.PieceStream;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.error.FailedException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The meters of an application's models, encoding included. */
@Timeout(60)
class ModelMetersTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Context ALICE = AUTHORITY.bind(Context.root(),
            AUTHORITY.user("school", "alice", "Alice", Set.of()));

    private final TestTime time = TestTime.start();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchMeters meters = BatchMeters.of(registry);

    private record Ask(String text) {}

    /** Takes 7 milliseconds to encode. */
    private final class Lengths implements Model<Ask, Integer> {
        @Override
        public Ask decode(JsonInput request, Attributes attributes) {
            return request.as(Ask.class);
        }

        @Override
        public List<Outcome<Integer>> run(List<Item<Ask>> items) {
            return items.stream().<Outcome<Integer>>map(item -> {
                if (item.input().text().isEmpty()) {
                    throw new IllegalStateException("nothing to measure");
                }
                return item.ok(item.input().text().length());
            }).toList();
        }

        @Override
        public Object encode(Integer output, Attributes attributes) {
            time.pass(Duration.ofMillis(7));
            return output;
        }
    }

    /** Says it twice, and takes 3 milliseconds to encode a piece. */
    private final class Twice implements StreamingModel<Ask, String> {
        private static final Attribute<Boolean> SAID = Attribute.of("said", Boolean.class);

        @Override
        public Ask decode(JsonInput request, Attributes attributes) {
            return request.as(Ask.class);
        }

        @Override
        public List<Outcome<Step<String>>> run(List<Item<Ask>> items) {
            return items.stream().map(item -> {
                boolean second = item.attributes().get(SAID).isPresent();
                item.attributes().put(SAID, true);
                return item.ok(second ? Step.last(item.input().text()) : Step.piece(item.input().text()));
            }).toList();
        }

        @Override
        public Object encode(String piece, Attributes attributes) {
            time.pass(Duration.ofMillis(3));
            return piece;
        }
    }

    private void encoding(String model, long count, double totalMillis) {
        Timer timer = registry.get("carrel.model.encode").tags("model", model, "tenant", "school").timer();
        assertThat(timer.count()).isEqualTo(count);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(totalMillis);
    }

    @Test
    void encoding_is_timed_for_each_answer_and_each_piece() throws Exception {
        App app = Carrel.app("models").model("length", new Lengths(), batches -> batches.observer(meters))
                .streamingModel("twice", new Twice(), batches -> batches.observer(meters));
        Models models = Models.open(app, time);
        try {
            for (String text : List.of("one", "three")) {
                assertThat(ALICE.call(() -> models.call("length", ask(text), new Attributes())))
                        .isEqualTo("" + text.length());
            }
            ALICE.call(() -> {
                try (PieceStream pieces = models.open("twice", ask("x"), new Attributes())) {
                    assertThat(pieces.next()).isEqualTo(Optional.of("\"x\""));
                    assertThat(pieces.next()).isEqualTo(Optional.of("\"x\""));
                    assertThat(pieces.next()).isEmpty();
                }
                return "";
            });
        } finally {
            models.close();
        }
        encoding("length", 2, 14);
        encoding("twice", 2, 6);
        assertThat(registry.get("carrel.batch.items").tags("model", "length", "tenant", "school", "outcome", "ok")
                .counter().count()).isEqualTo(2);
    }

    private static JsonInput ask(String text) {
        return new JsonInput("{\"text\": \"" + text + "\"}");
    }

    @Test
    void a_model_with_meters_still_logs_the_batches_that_failed() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(Models.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        Models models = Models.open(
                Carrel.app("models").model("length", new Lengths(), batches -> batches.observer(meters)), time);
        try {
            assertThatThrownBy(() -> ALICE.call(() -> models.call("length", ask(""), new Attributes())))
                    .isInstanceOf(FailedException.class);
        } finally {
            models.close();
            logger.detachAppender(lines);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("a batch of 1 of model \"length\" failed");
        assertThat(registry.get("carrel.batch.items").tag("outcome", "failed").counter().count()).isEqualTo(1);
    }
}
