package dev.carrel.session;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.FailedException;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;

/**
 * What is known of a {@link Key} that an application has declared, to whoever looks at the store without the program. Each node
 * leaves it there when it starts; where nodes of two versions run, it is of the one that started last.
 *
 * @param kind as {@link Key#kind}
 * @param timeToLive empty if its values live as long as whose they are
 * @param limit characters of JSON that a value or an entry may have; empty if it is not stored
 */
public record DeclaredKey(Scope scope, String kind, String name, Optional<Duration> timeToLive, OptionalInt limit) {
    /** Under which name of the application's state they stand. */
    public static final String KEY = "carrel.state";
    private static final String TYPE = "DeclaredKeys";
    private static final Place PLACE = new Place.OfApplication();

    /** As JSON has it. */
    private record Line(String scope, String kind, String key, @Nullable String life, @Nullable Integer limit) {}

    /** What there is to know of this key. */
    public static DeclaredKey of(Key key) {
        OptionalInt limit = switch (key) {
            case StateKey<?> value -> OptionalInt.of(value.format().maxLength());
            case ListKey<?> list -> OptionalInt.of(list.format().maxLength());
            case LocalKey<?> local -> OptionalInt.empty();
        };
        return new DeclaredKey(key.scope(), key.kind(), key.name(), key.timeToLive(), limit);
    }

    /** Leaves these in the store, instead of those that were there. */
    public static void leave(StateStore state, List<Key> keys) {
        var remove = new Changes.Remove(PLACE, KEY);
        List<Line> lines = keys.stream().map(DeclaredKey::of).map(DeclaredKey::line).toList();
        var written = new Encoded(TYPE, 1, Json.MAPPER.writeValueAsString(lines));
        if (lines.isEmpty()) {
            state.apply(List.of(remove));
        } else if (!written.equals(state.read(PLACE, KEY).value())) {
            state.apply(List.of(remove, new Changes.PutIfAbsent(PLACE, KEY, written, null)));
        }
    }

    private Line line() {
        return new Line(scope.text(), kind, name, timeToLive.map(Duration::toString).orElse(null),
                limit.isPresent() ? limit.getAsInt() : null);
    }

    /**
     * Those that were left in the store; empty if none were.
     *
     * @throws FailedException if they cannot be read, or were left by a later version
     */
    public static List<DeclaredKey> left(StateStore state) {
        Encoded found = state.read(PLACE, KEY).value();
        return found == null
                ? List.of()
                : Arrays.stream(Format.of(TYPE, Codec.json(Line[].class)).decode(KEY, found)).map(DeclaredKey::of)
                        .toList();
    }

    private static DeclaredKey of(Line line) {
        Scope scope = Arrays.stream(Scope.values()).filter(it -> it.text().equals(line.scope)).findFirst()
                .orElseThrow(() -> new FailedException("A stored value can no longer be read.",
                        new IllegalStateException("there is no scope \"" + line.scope + "\"")));
        return new DeclaredKey(scope, line.kind, line.key, Optional.ofNullable(line.life).map(Duration::parse),
                line.limit == null ? OptionalInt.empty() : OptionalInt.of(line.limit));
    }
}
