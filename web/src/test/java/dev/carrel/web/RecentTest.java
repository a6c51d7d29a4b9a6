package dev.carrel.web;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What was found out lately is known, and it never becomes more than it may. */
class RecentTest {
    private static final int MANY = 10;

    private final Recent<Integer, String> recent = new Recent<>(MANY);

    private long known(int to) {
        return IntStream.range(0, to).filter(key -> recent.get(key).isPresent()).count();
    }

    @Test
    void the_last_so_many_are_known_and_twice_as_many_at_most() {
        for (int key = 0; key < 1_000; key++) {
            recent.put(key, "of " + key);
        }
        assertThat(IntStream.range(1_000 - MANY, 1_000))
                .allSatisfy(key -> assertThat(recent.get(key)).hasValue("of " + key));
        assertThat(known(1_000)).isLessThanOrEqualTo(2 * MANY);
    }

    @Test
    void what_is_asked_for_is_not_forgotten() {
        recent.put(-1, "asked for");
        for (int key = 0; key < 1_000; key++) {
            recent.put(key, "of " + key);
            assertThat(recent.get(-1)).hasValue("asked for");
        }
    }
}
