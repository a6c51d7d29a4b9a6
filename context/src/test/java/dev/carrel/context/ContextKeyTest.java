package dev.carrel.context;

import java.nio.ByteBuffer;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a key is declared with, and what may be bound to it. */
class ContextKeyTest {
    private static final ContextKey<Object> ANY = ContextKey.of("any", Kind.TURN);
    private static final ContextKey<Object> COPIED = ContextKey.builder("copied", Kind.TURN).copy(value -> value)
            .build();

    private record Point(int x, int y) {}

    @SuppressWarnings({"JavaUtilDate", "UnnecessaryStringBuilder"}) // they are what is refused
    static Stream<Arguments> mutable() {
        return Stream.<Object>of(new ArrayList<>(), Arrays.asList("x"), new HashMap<>(), new ConcurrentHashMap<>(),
                Collections.synchronizedList(new ArrayList<>()), new int[]{1}, new Object[0], new Date(0),
                Calendar.getInstance(Locale.ROOT), new StringBuilder(), new SimpleDateFormat("yyyy", Locale.ROOT),
                new AtomicInteger(), ByteBuffer.allocate(1), new BitSet(), new ArrayList<>().iterator(),
                List.of().stream(), new HashMap<>(Map.of(1, 1)).keySet(),
                new ArrayList<>(List.of(1, 2)).subList(0, 1)).map(value -> Arguments.of(new Object[]{value}));
    }

    static Stream<Object> immutable() {
        return Stream.of("x", 1, UUID.randomUUID(), new Point(1, 2), Kind.TURN, List.of(), List.of(1, 2, 3), Set.of(1),
                Map.of(1, 1), List.copyOf(new ArrayList<>(List.of(1))), Collections.emptyList(),
                Collections.singletonList(1), Collections.unmodifiableList(new ArrayList<>(List.of(1))),
                Collections.unmodifiableMap(new HashMap<>()), Stream.of(1, 2).toList(), java.time.Instant.EPOCH);
    }

    @ParameterizedTest
    @MethodSource("mutable")
    void what_two_threads_could_change_under_each_other_is_refused_unless_it_is_copied(Object value) {
        assertThatThrownBy(() -> Context.root().with(ANY, value)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"any\"").hasMessageContaining(value.getClass().getName())
                .hasMessageContaining("copy(");
        assertThatThrownBy(() -> ContextKey.withDefault("default", Kind.TURN, value))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ContextKey.<Object>builder("default", Kind.TURN).copy(same -> same).defaultValue(value)
                .build()).as("nothing copies a default").isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"default\"").hasMessageContaining(value.getClass().getName());
        assertThat(Context.root().with(COPIED, value).get(COPIED)).isSameAs(value);
    }

    @ParameterizedTest
    @MethodSource("immutable")
    void what_nobody_can_change_may_be_bound(Object value) {
        assertThat(Context.root().with(ANY, value).get(ANY)).isSameAs(value);
    }

    private static final class Twice {
        private static ContextKey<String> declare(String name) {
            return ContextKey.of(name, Kind.TURN);
        }
    }

    @Test
    void a_key_that_is_refused_has_not_taken_its_name() {
        assertThatThrownBy(() -> ContextKey.withDefault("refused at first", Kind.TURN, new ArrayList<>()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ArrayList");
        assertThat(ContextKey.withDefault("refused at first", Kind.TURN, List.of()).name())
                .isEqualTo("refused at first");
    }

    @Test
    void a_class_declares_a_name_once() {
        ContextKey<String> first = Twice.declare("twice");
        assertThatThrownBy(() -> Twice.declare("twice")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"twice\"").hasMessageContaining(Twice.class.getName())
                .hasMessageContaining("static constant");
        assertThat(ContextKey.of("twice", Kind.TURN)).as("another class may").isNotEqualTo(first);
    }

    @Test
    void a_key_has_a_name() {
        assertThatThrownBy(() -> ContextKey.of(" ", Kind.TURN)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    /** Names with one hash code, and more keys than a small context has slots. */
    @Test
    void keys_are_told_apart_however_many_there_are_and_whatever_their_names_hash_to() {
        List<ContextKey<Integer>> keys = new ArrayList<>();
        for (int bits = 0; bits < 256; bits++) {
            var name = new StringBuilder();
            for (int bit = 0; bit < 8; bit++) {
                name.append((bits >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.add(ContextKey.withDefault(name.toString(), Kind.TURN, -1));
        }
        assertThat(keys.stream().map(key -> key.name().hashCode()).distinct()).hasSize(1);
        Context context = Context.root();
        for (int i = 0; i < keys.size(); i += 2) {
            context = context.with(keys.get(i), i);
        }
        for (int i = 0; i < keys.size(); i++) {
            assertThat(context.get(keys.get(i))).isEqualTo(i % 2 == 0 ? i : -1);
        }
        Context replaced = context.with(keys.getFirst(), 7);
        assertThat(replaced.get(keys.getFirst())).isEqualTo(7);
        assertThat(context.get(keys.getFirst())).isZero();
    }

    @Test
    void a_key_declared_later_than_a_context_reads_as_unbound_in_it() {
        Context early = Context.root().with(ANY, "x");
        ContextKey<String> late = ContextKey.of("late", Kind.TURN);
        assertThat(early.find(late)).isEmpty();
        assertThat(early.with(late, "y").get(late)).isEqualTo("y");
    }
}
