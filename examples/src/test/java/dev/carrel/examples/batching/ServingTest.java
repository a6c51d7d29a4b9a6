package dev.carrel.examples.batching;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.carrel.examples.batching.Serving.Predictor;
import dev.carrel.examples.batching.Serving.Request;

import static org.assertj.core.api.Assertions.assertThat;

class ServingTest {
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void alice_bob_and_carol_ride_in_one_batch_and_each_answer_has_its_own_signature() throws Exception {
        assertThat(inOneBatch(model -> new CarrelServing(model, 8), "alice", "bob", "carol"))
                .containsExactly("Dear -- alice", "Dear -- bob", "Dear -- carol");
        assertThat(sizes).containsExactly(1, 3);
    }

    @Test
    void the_usual_way_signs_all_three_with_the_same_name() throws Exception {
        assertThat(inOneBatch(model -> new UsualServing(model, 8), "alice", "bob", "carol")).hasSize(3)
                .satisfies(answers -> assertThat(Collections.frequency(answers, answers.getFirst())).isEqualTo(3));
        assertThat(sizes).containsExactly(1, 3);
    }

    /** The answers to these signatures, which are queued while the model is held by a request before them. */
    private List<String> inOneBatch(Function<Predictor, Serving> way, String... signatures) throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        Predictor model = texts -> {
            sizes.add(texts.size());
            busy.countDown();
            try {
                queued.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return texts;
        };
        try (Serving program = way.apply(model);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = callers.submit(() -> program.serve(new Request("Dear", "first")));
            busy.await();
            List<Future<String>> answers = new ArrayList<>();
            for (String signature : signatures) {
                answers.add(callers.submit(() -> program.serve(new Request("Dear", signature))));
            }
            Awaitility.await().until(() -> program.waiting() == signatures.length);
            queued.countDown();
            assertThat(first.get()).isEqualTo("Dear -- first");
            List<String> said = new ArrayList<>();
            for (Future<String> answer : answers) {
                said.add(answer.get());
            }
            return said;
        }
    }
}
