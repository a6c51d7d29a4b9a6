package dev.carrel.tck.store.history;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static dev.carrel.tck.store.history.Reply.Word.CONFLICT;
import static dev.carrel.tck.store.history.Reply.Word.DONE;
import static dev.carrel.tck.store.history.Reply.Word.GONE;
import static dev.carrel.tck.store.history.VersionedRegister.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Histories that some order explains, and histories that none does. */
class HistoryTest {
    private static final VersionedRegister REGISTER = new VersionedRegister();
    private static final VersionedRegister.Read READ = new VersionedRegister.Read();
    private static final VersionedRegister.End END = new VersionedRegister.End();

    private static Calls<VersionedRegister.Operation> register() {
        return new Calls<>();
    }

    private static VersionedRegister.Put put(long expected, String value) {
        return new VersionedRegister.Put(expected, value);
    }

    @Test
    void nothing_is_explained() {
        assertThat(register().refute(REGISTER)).isEmpty();
        assertThat(register().lost(0, 0, READ).refute(REGISTER)).isEmpty();
    }

    @Test
    void operations_at_the_same_time_may_come_in_either_order() {
        assertThat(register().call(0, 0, 3, put(0, "a"), DONE).call(1, 1, 2, READ, held(0, null)).refute(REGISTER))
                .isEmpty();
        assertThat(register().call(0, 0, 3, put(0, "a"), DONE).call(1, 1, 2, READ, held(1, "a")).refute(REGISTER))
                .isEmpty();
        assertThat(register().call(0, 0, 5, put(1, "a"), DONE).call(1, 1, 3, put(0, "b"), DONE)
                .call(2, 2, 4, READ, held(1, "b")).refute(REGISTER)).isEmpty();
    }

    @Test
    void of_two_compare_and_sets_of_one_version_one_conflicts() {
        assertThat(register().call(0, 0, 2, put(0, "a"), DONE).call(1, 1, 3, put(0, "b"), CONFLICT).refute(REGISTER))
                .isEmpty();
        assertThat(register().call(0, 0, 2, put(0, "a"), DONE).call(1, 1, 3, put(0, "b"), DONE).refute(REGISTER))
                .isPresent();
        assertThat(register().call(0, 0, 1, put(0, "a"), CONFLICT).refute(REGISTER)).isPresent();
    }

    @Test
    void a_stale_read_is_found() {
        assertThat(register().call(0, 0, 1, put(0, "a"), DONE).call(1, 2, 3, READ, held(0, null)).refute(REGISTER))
                .isPresent();
    }

    @Test
    void a_read_that_goes_back_in_time_is_found() {
        assertThat(register().call(0, 0, 9, put(0, "a"), DONE).call(1, 1, 2, READ, held(1, "a"))
                .call(2, 3, 4, READ, held(0, null)).refute(REGISTER)).isPresent();
        assertThat(register().call(0, 0, 9, put(0, "a"), DONE).call(1, 1, 3, READ, held(1, "a"))
                .call(2, 2, 4, READ, held(0, null)).refute(REGISTER)).isEmpty();
    }

    @Test
    void what_comes_back_after_the_end_is_found() {
        assertThat(register().call(0, 0, 1, put(0, "a"), DONE).call(0, 2, 3, END, DONE).call(1, 4, 5, put(1, "b"), GONE)
                .call(1, 6, 7, READ, GONE).call(2, 8, 9, END, GONE).refute(REGISTER)).isEmpty();
        assertThat(register().call(0, 0, 1, put(0, "a"), DONE).call(0, 2, 3, END, DONE).call(1, 4, 5, put(1, "b"), DONE)
                .refute(REGISTER)).isPresent();
        assertThat(register().call(0, 0, 1, put(0, "a"), DONE).call(0, 2, 3, END, DONE)
                .call(1, 4, 5, READ, held(1, "a")).refute(REGISTER)).isPresent();
        assertThat(register().call(0, 0, 4, END, DONE).call(1, 1, 2, READ, GONE).call(1, 3, 5, put(0, "b"), DONE)
                .refute(REGISTER)).isPresent();
    }

    @Test
    void an_answer_that_was_lost_may_have_taken_effect_or_not_or_much_later() {
        assertThat(register().lost(0, 0, put(0, "a")).call(1, 1, 2, READ, held(1, "a")).refute(REGISTER)).isEmpty();
        assertThat(register().lost(0, 0, put(0, "a")).call(1, 1, 2, READ, held(0, null)).refute(REGISTER)).isEmpty();
        assertThat(register().lost(0, 0, put(0, "a")).call(1, 1, 2, READ, held(0, null))
                .call(1, 3, 4, READ, held(1, "a")).refute(REGISTER)).isEmpty();
        assertThat(register().call(1, 0, 1, READ, held(1, "a")).lost(0, 2, put(0, "a")).refute(REGISTER)).isPresent();
        assertThat(register().lost(0, 0, put(0, "a")).call(1, 1, 2, READ, held(1, "a"))
                .call(1, 3, 4, READ, held(0, null)).refute(REGISTER)).isPresent();
    }

    @Test
    void a_lost_increment_is_found() {
        var one = new Counter.Increment(1);
        var read = new Counter.Read();
        assertThat(new Calls<Counter.Operation>().call(0, 0, 2, one, DONE).call(1, 1, 3, one, DONE)
                .call(0, 4, 5, read, Reply.of(2L)).refute(new Counter())).isEmpty();
        assertThat(new Calls<Counter.Operation>().call(0, 0, 2, one, DONE).call(1, 1, 3, one, DONE)
                .call(0, 4, 5, read, Reply.of(1L)).refute(new Counter())).isPresent();
        assertThat(new Calls<Counter.Operation>().lost(0, 0, one).call(1, 1, 3, one, DONE)
                .call(0, 4, 5, read, Reply.of(3L)).refute(new Counter())).isPresent();
    }

    @Test
    void an_append_that_is_there_twice_or_in_another_order_for_some_is_found() {
        var a = new AppendList.Append("a");
        var b = new AppendList.Append("b");
        var read = new AppendList.Read();
        var model = new AppendList();
        assertThat(new Calls<AppendList.Operation>().call(0, 0, 1, a, DONE).call(0, 2, 3, a, DONE)
                .call(1, 4, 5, read, Reply.of(List.of("a"))).refute(model)).isEmpty();
        assertThat(new Calls<AppendList.Operation>().call(0, 0, 1, a, DONE).call(0, 2, 3, a, DONE)
                .call(1, 4, 5, read, Reply.of(List.of("a", "a"))).refute(model)).isPresent();
        assertThat(new Calls<AppendList.Operation>().call(0, 0, 2, a, DONE).call(1, 1, 3, b, DONE)
                .call(1, 4, 5, read, Reply.of(List.of("b", "a"))).refute(model)).isEmpty();
        assertThat(new Calls<AppendList.Operation>().call(0, 0, 9, a, DONE).call(1, 1, 9 + 1, b, DONE)
                .call(2, 2, 3, read, Reply.of(List.of("b"))).call(3, 4, 5, read, Reply.of(List.of("a", "b")))
                .refute(model)).isPresent();
        assertThat(new Calls<AppendList.Operation>().call(0, 0, 1, a, DONE)
                .call(0, 2, 3, new AppendList.Remove("a"), DONE).call(0, 4, 5, read, Reply.of(List.of("a")))
                .refute(model)).isPresent();
    }

    @Test
    void a_first_value_that_changes_is_found() {
        var model = new FirstValue();
        var read = new FirstValue.Read();
        var a = new FirstValue.PutIfAbsent("a");
        var b = new FirstValue.PutIfAbsent("b");
        assertThat(new Calls<FirstValue.Operation>().call(0, 0, 2, a, DONE).call(1, 1, 3, b, DONE)
                .call(0, 4, 5, read, Reply.of(Optional.of("b"))).refute(model)).isEmpty();
        assertThat(new Calls<FirstValue.Operation>().call(0, 0, 2, a, DONE).call(1, 1, 3, b, DONE)
                .call(0, 4, 5, read, Reply.of(Optional.of("b"))).call(0, 6, 7, read, Reply.of(Optional.of("a")))
                .refute(model)).isPresent();
        assertThat(new Calls<FirstValue.Operation>().call(0, 0, 2, a, DONE)
                .call(0, 4, 5, new FirstValue.Remove(), DONE).call(0, 6, 7, b, DONE)
                .call(0, 8, 9, read, Reply.of(Optional.of("b"))).refute(model)).isEmpty();
    }

    @Test
    void a_counterexample_ends_with_the_answer_that_nothing_explains_and_names_it() {
        var why = register().call(0, 0, 1, put(0, "a"), DONE).call(1, 2, 3, READ, held(1, "a"))
                .call(2, 4, 5, put(0, "x"), CONFLICT).call(0, 6, 9, put(1, "b"), DONE)
                .call(1, 7, 8, READ, held(0, null)).call(2, 10, 11, READ, held(2, "b"))
                .call(0, 12, 13, put(2, "c"), DONE).refute(REGISTER).orElseThrow();

        assertThat(why.calls()).extracting(Call::called).containsExactly(0L, 6L, 7L);
        assertThat(why.calls().get(1).reply()).as("it was not answered yet").isNull();
        assertThat(why).asString().isEqualTo("""
                no order of these 3 operations explains every answer (called at, answered at)
                  [0, 1] thread 0: Put[expected=0, value=a] -> done
                  [6, ...] thread 0: Put[expected=1, value=b] -> (not known)
                  [7, 8] thread 1: Read[] -> Held[version=0, value=Optional.empty, ended=false]
                as far as an order fits, 2 of them
                  thread 0: Put[expected=0, value=a] -> done
                  thread 0: Put[expected=1, value=b] -> (not known)
                they leave Held[version=2, value=Optional[b], ended=false], and none of these can be next
                  thread 1: Read[] -> Held[version=0, value=Optional.empty, ended=false], but would answer \
                Held[version=2, value=Optional[b], ended=false]
                """);
    }

    @Test
    void a_history_that_is_too_wide_has_no_verdict() {
        var calls = new Calls<Counter.Operation>();
        for (int i = 0; i < 24; i++) {
            calls.lost(i, i, new Counter.Increment(1L << i));
        }
        calls.call(24, 24, 25, new Counter.Read(), Reply.of(-1L));
        assertThatThrownBy(() -> calls.refute(new Counter())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("25 operations is too wide");
    }
}
