package dev.carrel.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class FairQueueTest {
    private record Element(String flow, int number) {}

    @Test
    void flows_are_served_in_turn_each_by_its_weight() throws Exception {
        var queue = new FairQueue<String>(100, flow -> flow.equals("b") ? 2 : 1);
        for (int i = 0; i < 4; i++) {
            queue.offer("a", "a" + i);
        }
        for (int i = 0; i < 4; i++) {
            queue.offer("b", "b" + i);
        }
        queue.offer("c", "c0");
        assertThat(queue.take(100)).containsExactly("a0", "b0", "b1", "c0", "a1", "b2", "b3", "a2", "a3");
    }

    @Test
    void a_burst_of_one_flow_delays_another_by_one_round() throws Exception {
        var queue = new FairQueue<String>(2_000);
        for (int i = 0; i < 1_000; i++) {
            queue.offer("burst", "burst" + i);
        }
        queue.take(1);
        queue.offer("calm", "calm");
        assertThat(queue.take(2)).contains("calm");
    }

    @Test
    void a_flow_that_fills_the_queue_shuts_nobody_out_and_all_together_have_a_bound() throws Exception {
        var queue = new FairQueue<String>(8);
        assertThat(queue.offerAll("burst", Collections.nCopies(9, "b"))).as("more than there is room for").isFalse();
        assertThat(queue.offerAll("burst", Collections.nCopies(8, "b"))).as("alone it has all of it").isTrue();
        assertThat(queue.offer("burst", "b")).isFalse();
        int others = 0;
        for (int flow = 0; flow < 100; flow++) {
            while (queue.offer("flow" + flow, "f")) {
                others++;
            }
            if (flow == 0) {
                assertThat(others).as("who comes first finds half of the rest").isEqualTo(4);
            }
        }
        assertThat(others).isLessThan(8);
        queue.take(8);
        assertThat(queue.offer("burst", "b")).as("it may have more again").isTrue();
    }

    @Test
    void only_what_joins_the_first_is_taken_with_it_and_the_rest_keeps_its_place_and_its_turn() throws Exception {
        var queue = new FairQueue<String>(100);
        for (String element : new String[]{"a-1", "a2", "a-3", "a4"}) {
            queue.offer("a", element);
        }
        for (String element : new String[]{"b-1", "b2"}) {
            queue.offer("b", element);
        }
        queue.offer("c", "c1");
        assertThat(queue.take(3, 3, element -> element.contains("-"))).containsExactly("a-1", "b-1", "a-3");
        assertThat(queue.take(100)).as("c has not lost its turn").containsExactly("c1", "b2", "a2", "a4");
    }

    @Test
    void no_more_of_a_flow_are_asked_than_may_be_overtaken() throws Exception {
        var queue = new FairQueue<String>(100);
        for (String element : new String[]{"-1", "2", "3", "-4"}) {
            queue.offer("a", element);
        }
        assertThat(queue.take(4, 2, element -> element.startsWith("-"))).containsExactly("-1");
        assertThat(queue.take(4)).containsExactly("2", "3", "-4");
    }

    @Test
    void what_is_ahead_is_what_is_served_before() throws Exception {
        for (String flow : new String[]{"a", "b", "new"}) {
            ToLongFunction<String> cost = it -> it.equals("b") ? 10 : it.equals("d") ? 1_000 : 1;
            var queue = new FairQueue<String>(100, it -> it.equals("b") ? 3 : 1, cost);
            queue.offer("b", "d");
            for (int i = 0; i < 20; i++) {
                queue.offer("a", "a");
                queue.offer("b", "b");
            }
            queue.offer("c", "c");
            // What was taken out or served costs nothing any more.
            queue.remove("b", "d");
            assertThat(queue.poll()).hasValue("b");
            FairQueue.Ahead ahead = queue.ahead(flow);
            queue.offer(flow, "this");
            List<String> served = queue.take(100);
            List<String> before = served.subList(0, served.indexOf("this"));
            assertThat(before).as(flow).hasSize(ahead.elements());
            assertThat(before.stream().mapToLong(cost).sum()).as(flow).isEqualTo(ahead.cost());
        }
    }

    /** Whatever is offered, taken and taken out: nothing is lost, nothing comes twice, flows keep their order. */
    @RepeatedTest(200)
    void it_behaves_as_a_queue_of_each_flow(RepetitionInfo repetition) throws Exception {
        var random = new Random(repetition.getCurrentRepetition());
        int capacity = 1 + random.nextInt(20);
        Map<String, Integer> weights = Map.of("a", 1, "b", 1 + random.nextInt(3), "c", 1 + random.nextInt(5), "d", 0);
        var queue = new FairQueue<Element>(capacity, flow -> weights.getOrDefault(flow, 1));
        Map<String, ArrayDeque<Element>> model = new HashMap<>();
        // How many of other flows were served while this one waited at the head of its queue.
        Map<String, Integer> passed = new HashMap<>();
        int size = 0;
        for (int i = 0; i < 300; i++) {
            String flow = String.valueOf((char) ('a' + random.nextInt(4)));
            ArrayDeque<Element> own = model.computeIfAbsent(flow, key -> new ArrayDeque<>());
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    var element = new Element(flow, i);
                    boolean room = own.size() + 1 <= 2 * capacity - size - 1;
                    assertThat(queue.offer(flow, element)).isEqualTo(room);
                    if (room) {
                        own.add(element);
                        size++;
                    }
                }
                case 2 -> {
                    if (size > 0) {
                        int max = 1 + random.nextInt(4);
                        List<Element> taken = queue.take(max);
                        assertThat(taken).hasSize(Math.min(max, size));
                        size -= taken.size();
                        for (Element element : taken) {
                            assertThat(model.getOrDefault(element.flow, new ArrayDeque<>()).poll()).isEqualTo(element);
                            passed.put(element.flow, 0);
                            model.forEach((other, waiting) -> {
                                if (!other.equals(element.flow)) {
                                    passed.merge(other, waiting.isEmpty() ? -passed.getOrDefault(other, 0) : 1,
                                            Integer::sum);
                                }
                            });
                        }
                        int round = weights.values().stream().mapToInt(weight -> Math.max(1, weight)).sum();
                        assertThat(passed.values()).allMatch(others -> others <= round);
                    }
                }
                default -> {
                    var element = own.isEmpty() || random.nextBoolean() ? new Element(flow, -1) : own.peekLast();
                    boolean waits = own.contains(element);
                    assertThat(queue.remove(flow, element)).isEqualTo(waits);
                    if (waits) {
                        own.remove(element);
                        passed.put(flow, 0);
                        size--;
                    }
                }
            }
            assertThat(queue.size()).isEqualTo(size);
        }
    }

    @Test
    void many_threads_lose_nothing() throws Exception {
        var queue = new FairQueue<Integer>(10_000);
        var offered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String flow = "flow" + t % 3;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 500; i++) {
                    assertThat(queue.offer(flow, offered.incrementAndGet())).isTrue();
                }
            }));
        }
        List<CompletableFuture<List<Integer>>> takers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            takers.add(CompletableFuture.supplyAsync(() -> {
                List<Integer> taken = new ArrayList<>();
                try {
                    for (List<Integer> some = queue.take(7); !some.isEmpty(); some = queue.take(7)) {
                        taken.addAll(some);
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return taken;
            }, task -> Thread.ofVirtual().start(task)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        queue.close();
        List<Integer> all = new ArrayList<>();
        for (var taker : takers) {
            all.addAll(taker.get(30, TimeUnit.SECONDS));
        }
        assertThat(all).hasSize(4_000).doesNotHaveDuplicates();
    }

    @Test
    void who_has_found_something_soon_again_and_again_sleeps_once_nothing_comes() throws Exception {
        var queue = new FairQueue<Integer>(1);
        var taken = new AtomicInteger();
        Thread taker = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (!queue.take(1).isEmpty()) {
                    taken.incrementAndGet();
                }
            } catch (InterruptedException e) {
                taken.set(-1);
            }
        });
        for (int i = 1; i <= 20_000; i++) {
            assertThat(queue.offer("a", i)).isTrue();
            while (taken.get() < i) {
                Thread.onSpinWait();
            }
        }
        assertThat(taker.join(Duration.ofSeconds(1))).isFalse();
        assertThat(taker.getState()).isEqualTo(Thread.State.WAITING);
        taker.interrupt();
        assertThat(taker.join(Duration.ofSeconds(30))).isTrue();
        assertThat(taken).hasValue(-1);
    }

    @Test
    void a_closed_queue_refuses_and_can_be_emptied() throws Exception {
        var queue = new FairQueue<String>(3);
        queue.offer("a", "left");
        queue.close();
        assertThat(queue.offer("a", "late")).isFalse();
        assertThat(queue.take(5)).containsExactly("left");
        assertThat(queue.take(5)).isEmpty();
        assertThatThrownBy(() -> new FairQueue<String>(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
