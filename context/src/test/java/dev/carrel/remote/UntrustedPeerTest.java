package dev.carrel.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.concurrent.Two;
import dev.carrel.context.Authority;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.context.Principal;
import dev.carrel.error.EndedContextException;
import dev.carrel.keys.KeyRing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A peer's bytes make no context: nothing of one can be written or read by the JDK's serialization. */
class UntrustedPeerTest {
    private static final ContextKey<Object> DRAFT = ContextKey.of("draft", Kind.TURN);

    /** A task that could travel by itself. */
    private interface Travelling extends Runnable, Serializable {}

    static Stream<Class<?>> whatSaysWhoIsAsking() {
        return Stream.of(Context.class, ContextKey.class, Principal.class, Authority.class, Lifetime.class,
                Cancellation.class, Cancellation.Source.class, Deadline.class, ContextFuture.class, ContextCodec.class);
    }

    @ParameterizedTest
    @MethodSource("whatSaysWhoIsAsking")
    void what_says_who_is_asking_does_not_come_from_bytes(Class<?> type) {
        assertThat(Serializable.class.isAssignableFrom(type)).isFalse();
    }

    private static byte[] write(Object object) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    @Test
    void a_task_that_could_travel_does_not_once_it_holds_a_context() throws IOException {
        Travelling task = () -> {};
        assertThat(write(task)).isNotEmpty();
        assertThatThrownBy(() -> write(Two.AS_ALICE.wrap(task))).isInstanceOf(NotSerializableException.class);
        Supplier<String> supplier = (Supplier<String> & Serializable) () -> "x";
        assertThatThrownBy(() -> write(Two.AS_ALICE.wrapSupplier(supplier)))
                .isInstanceOf(NotSerializableException.class);
    }

    /** An exception may travel, in an answer or a log; what it was thrown in must not. */
    @Test
    void an_exception_that_travels_takes_no_value_along() throws IOException {
        Context context;
        try (var turn = Lifetime.begin(Kind.TURN, "turn 1")) {
            context = turn.bind(Two.AS_ALICE).with(DRAFT, new Object()); // which would fail to be written
        }
        var failure = catchThrowableOfType(EndedContextException.class, () -> context.get(DRAFT));
        assertThat(new String(write(failure), StandardCharsets.ISO_8859_1)).contains("turn 1")
                .doesNotContain("alice");
    }

    /** The same whether it stands in the header of a context or of a trace. */
    @ParameterizedTest
    @ValueSource(strings = {"rO0ABXNyABdkZXYuY2FycmVsLmNvbnRleHQuUHJpbmNpcGFs", "{\"user\":\"alice\"}", "alice", "",
            ".",
            "..", "\u0000", "v1.principal=school/alice"})
    void what_a_peer_says_without_a_signature_makes_nobody_and_binds_nothing(String said) {
        var codec = ContextCodec
                .builder(KeyRing.random(), Authority.named("remote"), "grader").principal().build();
        for (String header : List.of(ContextCodec.HEADER, TraceParent.HEADER)) {
            Function<String, Optional<String>> headers = name -> name.equals(header)
                    ? Optional.of(said)
                    : Optional.empty();
            assertThat(codec.extract(headers).isRoot()).as(header).isTrue();
            assertThat(codec.extract(Two.AS_BOB, headers)).as("whoever is known stays that").isSameAs(Two.AS_BOB);
        }
        assertThat(Set.copyOf(codec.ignored().values())).as("what was ignored is counted").isNotEqualTo(Set.of(0L));
    }
}
