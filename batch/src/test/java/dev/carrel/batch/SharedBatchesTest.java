package dev.carrel.batch;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.context.Principal;
import dev.carrel.test.SharedBatches;

import static org.assertj.core.api.Assertions.assertThat;

/** The switch of the kit that brings users together. */
@Timeout(60)
@ExtendWith(SharedBatches.class)
class SharedBatchesTest {
    @Test
    void two_users_who_ask_at_once_run_in_one_batch_though_a_worker_was_free_for_the_first() throws Exception {
        BlockingQueue<BatchRecord> batches = new LinkedBlockingQueue<>();
        BatchModel<String, String> echo = items -> items.stream().map(item -> item.ok(item.input())).toList();
        try (var stage = new Stage(); var batcher = Batcher.of("echo", echo).observer(batches::add).start()) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            Future<String> same = stage.call(Stage.of("school", "alice"), () -> batcher.call("b"));
            Future<String> other = stage.call(Stage.of("school", "bob"), () -> batcher.call("c"));
            assertThat(first.get() + same.get() + other.get()).isEqualTo("abc");
            BatchRecord batch = batches.poll(30, TimeUnit.SECONDS);
            assertThat(batch).isNotNull();
            Set<String> users = batch.contexts().stream().map(context -> Principal.of(context).orElseThrow().user())
                    .collect(Collectors.toSet());
            assertThat(users).containsExactlyInAnyOrder("alice", "bob");
        }
    }
}
