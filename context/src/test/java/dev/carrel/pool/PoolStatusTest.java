package dev.carrel.pool;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.pool.PoolStatus.Counts;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class PoolStatusTest {
    private static final Authority TEST = Authority.named("test");

    private static Context of(String tenant) {
        return TEST.bind(Context.root(), TEST.user(tenant, "u", "U", Set.of()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void every_task_is_counted_once_whatever_ends_it(boolean virtual) throws Exception {
        TaskPoolBuilder builder = TaskPool.builder("counted").concurrency(4).queue(64).abandon(0);
        TaskPool pool = virtual ? builder.build() : builder.platform().build();
        var balanced = new AtomicBoolean(true);
        var over = new AtomicBoolean();
        Thread looking = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                Counts now = pool.status().total();
                if (!now.balanced() || Stream.of(now.queued(), now.running()).anyMatch(count -> count < 0)) {
                    balanced.set(false);
                }
            }
        });
        List<PooledTask<?>> all = new ArrayList<>();
        var rejected = new AtomicLong();
        List<Thread> submitters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String tenant = "tenant" + i;
            submitters.add(Thread.ofPlatform().start(() -> of(tenant).run(() -> storm(pool, all, rejected))));
        }
        for (Thread each : submitters) {
            each.join();
        }
        pool.close();
        Map<TaskStatus, Long> ended = all.stream().collect(Collectors.groupingBy(task -> {
            try {
                task.get();
            } catch (ExecutionException | RuntimeException e) {
                // counted by its status
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return task.status();
        }, Collectors.counting()));
        over.set(true);
        looking.join();
        assertThat(balanced).as("every snapshot is balanced").isTrue();
        Counts total = pool.status().total();
        assertThat(total).isEqualTo(new Counts(all.size(), 0, 0, ended.getOrDefault(TaskStatus.DONE, 0L),
                ended.getOrDefault(TaskStatus.FAILED, 0L), ended.getOrDefault(TaskStatus.CANCELLED, 0L),
                ended.getOrDefault(TaskStatus.TIMED_OUT, 0L), rejected.get()));
        assertThat(pool.status().tenants()).hasSize(4);
        assertThat(pool.status().tenants().values()).allMatch(Counts::balanced).allMatch(Counts::quiet);
        assertThat(pool.status().tenants().values().stream().mapToLong(Counts::submitted).sum())
                .isEqualTo(total.submitted());
        assertThat(pool.isTerminated()).isTrue();
    }

    private static void storm(TaskPool pool, List<PooledTask<?>> all, AtomicLong rejected) {
        var random = ThreadLocalRandom.current();
        for (int i = 0; i < 2_500; i++) {
            try {
                int kind = random.nextInt(6);
                var task = pool.submit(() -> {
                    switch (kind) {
                        case 0 -> throw new IllegalStateException("fails");
                        case 1 -> Thread.sleep(1);
                        case 2 -> {
                            try {
                                var nested = pool.submit(() -> "nested");
                                remember(all, nested);
                                nested.get();
                            } catch (RejectedExecutionException closed) {
                                rejected.incrementAndGet();
                            }
                        }
                        default -> {
                        }
                    }
                    return kind;
                }, Duration.ofNanos(random.nextBoolean() ? 300_000 : 1_000_000_000));
                remember(all, task);
                if (kind == 5) {
                    task.cancel(random.nextBoolean());
                }
            } catch (RejectedExecutionException full) {
                rejected.incrementAndGet();
                Thread.onSpinWait();
            }
        }
    }

    private static void remember(List<PooledTask<?>> all, PooledTask<?> task) {
        synchronized (all) {
            all.add(task);
        }
    }

    @Test
    void tenants_without_a_task_are_remembered_in_a_bounded_number() throws Exception {
        try (TaskPool pool = TaskPool.builder("bounded").concurrency(1).queue(10).build()) {
            var gate = new Gate();
            var busy = of("busy").call(() -> pool.submit(Executing.passing(gate)));
            gate.open();
            busy.get();
            for (int i = 0; i < 300; i++) {
                of("tenant" + i).call(() -> pool.submit(() -> 1)).get();
            }
            PoolStatus status = pool.status();
            assertThat(status.tenants()).hasSize(Tally.REMEMBERED).containsKey("tenant299").doesNotContainKey("busy");
            assertThat(status.other().done()).isEqualTo(301 - Tally.REMEMBERED);
            assertThat(status.total().done()).isEqualTo(301);
            assertThat(status.background().submitted()).isZero();
        }
    }

    @Test
    void a_tenant_with_a_task_is_never_forgotten() throws Exception {
        try (TaskPool pool = TaskPool.builder("bounded").concurrency(2).queue(10).build()) {
            var gate = new Gate();
            var busy = of("busy").call(() -> pool.submit(Executing.passing(gate)));
            for (int i = 0; i < 100; i++) {
                of("tenant" + i).call(() -> pool.submit(() -> 1)).get();
            }
            assertThat(pool.status().tenant("busy").orElseThrow().quiet()).isFalse();
            gate.open();
            busy.get();
        }
    }

    @Test
    void the_flight_recorder_shows_tasks_and_pools_and_no_users(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pool.jfr");
        try (var recording = new Recording(); TaskPool pool = TaskPool.builder("recorded").concurrency(1).build()) {
            recording.enable("dev.carrel.Task");
            recording.enable("dev.carrel.TaskPool").with("period", "beginChunk");
            recording.start();
            of("school").call(() -> pool.submit(() -> 1)).get();
            // The result is there before the event is: once the next task runs, it is, too.
            of("college").call(() -> pool.submit(() -> 2)).get();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("dev.carrel.Task"))
                .filteredOn(event -> event.getString("pool").equals("recorded"))
                .filteredOn(event -> event.getString("tenant").equals("school")).singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("status")).isEqualTo("DONE");
                    assertThat(event.getLong("ranFor")).isNotNegative();
                });
        assertThat(events).anyMatch(event -> event.getEventType().getName().equals("dev.carrel.TaskPool"));
    }
}
