package dev.carrel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.StackedModel;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two hundred callers with names of their own; each step of the model writes the caller's name, and looks that it finds what the
 * step before wrote for the same caller, and at its beginning nothing. (With LitServe 0.1.3 to 0.2.7 all of a batch shared one
 * context, and alice, bob and carol were all told "alice".)
 */
@Timeout(120)
class EveryStepTest {
    private static final List<String> STEPS = List.of("decode", "batch", "predict", "unbatch", "encode");
    private static final Map<String, Attribute<String>> WRITTEN = Map.of("decode", Attribute.of("decode", String.class),
            "batch", Attribute.of("batch", String.class), "predict", Attribute.of("predict", String.class), "unbatch",
            Attribute.of("unbatch", String.class), "encode", Attribute.of("encode", String.class));

    private record Ask(String name) {}

    private static final class Steps
            implements
                Model<String, String>,
                StackedModel<String, List<String>, List<String>, String> {
        final Set<String> wrong = ConcurrentHashMap.newKeySet();
        final Set<Integer> sizes = ConcurrentHashMap.newKeySet();

        private void step(String step, String user, String name, Attributes attributes) {
            for (String each : STEPS) {
                boolean before = STEPS.indexOf(each) < STEPS.indexOf(step);
                Optional<String> found = attributes.get(java.util.Objects.requireNonNull(WRITTEN.get(each)));
                if (!found.equals(before ? Optional.of(name + " of " + user) : Optional.empty())) {
                    wrong.add(step + " of " + name + " found " + each + " " + found);
                }
            }
            attributes.put(java.util.Objects.requireNonNull(WRITTEN.get(step)), name + " of " + user);
        }

        private void step(String step, List<Item<String>> items) {
            if (Principal.find().isPresent()) {
                wrong.add(step + " has a user");
            }
            items.forEach(item -> step(step, Principal.of(item.context()).orElseThrow().user(), item.input(),
                    item.attributes()));
        }

        @Override
        public String decode(JsonInput request, Attributes attributes) {
            String name = request.as(Ask.class).name();
            step("decode", Principal.current().user(), name, attributes);
            return name;
        }

        @Override
        public List<String> batch(List<Item<String>> items) {
            step("batch", items);
            sizes.add(items.size());
            return items.stream().map(Item::input).toList();
        }

        @Override
        public List<String> predict(List<String> batch, List<Item<String>> items) {
            step("predict", items);
            return batch.stream().map(name -> "hello " + name).toList();
        }

        @Override
        public List<Outcome<String>> unbatch(List<String> prediction, List<Item<String>> items) {
            step("unbatch", items);
            List<Outcome<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                outcomes.add(items.get(i).ok(prediction.get(i)));
            }
            return outcomes;
        }

        @Override
        public Object encode(String output, Attributes attributes) {
            String user = Principal.current().user();
            step("encode", user, output.substring("hello ".length()), attributes);
            return Map.of("text", output, "user", user);
        }
    }

    @Test
    void each_step_finds_what_the_step_before_wrote_for_the_same_caller_and_nothing_else() throws Exception {
        var steps = new Steps();
        App app = Carrel.app("steps").model("steps", steps, batches -> batches.maxItems(16).workers(2));
        try (TestServer server = TestServer.inMemory(app);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String name = "name-" + i;
                TestClient client = server.client();
                all.add(threads.submit(() -> {
                    String user = client.get("/me").expect(200).text("user");
                    for (int n = 0; n < 5; n++) {
                        TestClient.Answer answer = client.post("/models/steps", Map.of("name", name + "-" + n))
                                .expect(200);
                        assertThat(answer.text("text")).isEqualTo("hello " + name + "-" + n);
                        assertThat(answer.text("user")).isEqualTo(user);
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(steps.wrong).isEmpty();
        assertThat(steps.sizes).anyMatch(size -> size > 1);
    }
}
