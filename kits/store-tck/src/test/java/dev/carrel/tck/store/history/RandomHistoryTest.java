package dev.carrel.tck.store.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The search against one that is too simple to be wrong, and at the size that tests of stores use. */
class RandomHistoryTest {
    private final AppendList list = new AppendList();
    private final VersionedRegister register = new VersionedRegister();

    private static AppendList.Operation listOperation(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new AppendList.Remove("" + random.nextInt(3));
            case 1 -> new AppendList.Append("" + random.nextInt(3));
            default -> new AppendList.Read();
        };
    }

    private static VersionedRegister.Operation registerOperation(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new VersionedRegister.End();
            case 1, 2, 3 -> new VersionedRegister.Put(random.nextInt(3), "" + random.nextInt(2));
            default -> new VersionedRegister.Read();
        };
    }

    /** Whether some order of the calls, a few, explains them, tried one by one. */
    private static <S, I> boolean explains(Model<S, I> model, S state, List<Call<I>> left) {
        if (left.stream().allMatch(call -> call.reply() == null)) {
            return true;
        }
        for (Call<I> next : left) {
            boolean early = left.stream().allMatch(other -> next.called() < other.answered());
            var step = model.apply(state, next.operation());
            if (early && (next.reply() == null || next.reply().equals(step.reply()))) {
                List<Call<I>> rest = new ArrayList<>(left);
                rest.remove(next);
                if (explains(model, step.state(), rest)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void it_agrees_with_trying_every_order() {
        var random = new Random(7);
        int explained = 0;
        int refuted = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Call<AppendList.Operation>> lists = Simulation.wild(list, RandomHistoryTest::listOperation, random);
            List<Call<VersionedRegister.Operation>> registers = Simulation.wild(register,
                    RandomHistoryTest::registerOperation, random);
            boolean first = explains(list, list.initial(), lists);
            boolean second = explains(register, register.initial(), registers);
            assertThat(Counterexample.find(list, lists).isEmpty()).as("%s", lists).isEqualTo(first);
            assertThat(Counterexample.find(register, registers).isEmpty()).as("%s", registers).isEqualTo(second);
            explained += (first ? 1 : 0) + (second ? 1 : 0);
            refuted += (first ? 0 : 1) + (second ? 0 : 1);
        }
        assertThat(explained).isGreaterThan(5_000);
        assertThat(refuted).isGreaterThan(5_000);
    }

    @Test
    void a_counterexample_cannot_be_explained_either() {
        var random = new Random(11);
        int found = 0;
        while (found < 2_000) {
            var calls = Simulation.wild(register, RandomHistoryTest::registerOperation, random);
            var why = Counterexample.find(register, calls);
            if (why.isPresent()) {
                found++;
                assertThat(explains(register, register.initial(), why.get().calls())).as("%s", why.get()).isFalse();
                assertThat(why.get().calls().size()).isLessThanOrEqualTo(calls.size());
                assertThat(why.get()).asString().contains("none of these can be next");
            }
        }
    }

    @Test
    void what_an_object_that_is_right_answered_to_six_threads_is_explained() {
        var random = new Random(3);
        for (int i = 0; i < 100; i++) {
            var lists = Simulation.right(list, RandomHistoryTest::listOperation, 6, 40, random);
            assertThat(Counterexample.find(list, lists)).as("%s", lists).isEmpty();
            var counts = Simulation.right(new Counter(),
                    dice -> dice.nextBoolean() ? new Counter.Read() : new Counter.Increment(1 + dice.nextInt(2)), 6, 40,
                    random);
            assertThat(Counterexample.find(new Counter(), counts)).as("%s", counts).isEmpty();
        }
    }

    @Test
    void one_wrong_answer_among_two_hundred_and_forty_is_found() {
        var random = new Random(5);
        for (int i = 0; i < 15; i++) {
            var calls = Simulation.right(new Counter(),
                    dice -> dice.nextInt(3) == 0 ? new Counter.Read() : new Counter.Increment(1), 6, 40, random);
            int last = calls.size() - 1;
            while (!(calls.get(last).operation() instanceof Counter.Read) || calls.get(last).reply() == null) {
                last--;
            }
            Call<Counter.Operation> read = calls.get(last);
            List<Call<Counter.Operation>> wrong = new ArrayList<>(calls);
            wrong.set(last, new Call<>(read.thread(), read.operation(), Reply.of(1_000L), read.called(),
                    read.answered()));
            var why = Counterexample.find(new Counter(), wrong).orElseThrow();
            assertThat(why.calls().stream().filter(call -> call.operation() instanceof Counter.Read)).hasSize(1);
        }
    }
}
