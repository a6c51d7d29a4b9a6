package dev.carrel.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.session.store.Encoded;

/**
 * How the values of a key are stored: as JSON, under the logical name of their type and the version of its JSON. What is read
 * back must be of this type and of a version up to this one; older ones are lifted, step by step. So a program that is rolled
 * out beside its predecessor reads what that wrote, and what it cannot read it refuses instead of guessing.
 *
 * {@snippet :
 * // Version 1 was {"name": "..."}.
 * static final StateKey<Plan> PLAN = StateKey.of("plan", Format.json(Plan.class).next(json -> renamed(json)), Plan::new);
 * }
 *
 * Immutable and thread-safe.
 */
public final class Format<T> {
    /** Characters of JSON that a value may have unless its format says otherwise. */
    public static final int MAX_LENGTH = 1_000_000;
    /** The type of what the first schema stored, which knew none. */
    private static final String UNNAMED = "";

    private final String type;
    private final Set<String> formerly;
    private final Codec<T> codec;
    private final List<UnaryOperator<String>> upCasts;
    private final int maxLength;

    private Format(String type, Set<String> formerly, Codec<T> codec, List<UnaryOperator<String>> upCasts,
            int maxLength) {
        this.type = StateKey.requireForm(type);
        this.formerly = Set.copyOf(formerly);
        this.codec = Objects.requireNonNull(codec, "codec");
        this.upCasts = List.copyOf(upCasts);
        this.maxLength = maxLength;
    }

    /** Version 1 of what {@link Codec#json} writes, under the class's simple name. */
    public static <T> Format<T> json(Class<T> type) {
        return of(type.getSimpleName().isEmpty() ? "Value" : type.getSimpleName().replace("[]", "s"), Codec.json(type));
    }

    /** Version 1 of what this codec writes, under this name. */
    public static <T> Format<T> of(String type, Codec<T> codec) {
        return new Format<>(type, Set.of(), codec, List.of(), MAX_LENGTH);
    }

    /** This format under another name; values under the present one are still read. */
    public Format<T> renamed(String newType) {
        Set<String> names = new java.util.HashSet<>(formerly);
        names.add(type);
        return new Format<>(newType, names, codec, upCasts, maxLength);
    }

    /**
     * The next version of this format, which the codec now writes.
     *
     * @param upCast makes JSON of the present version into JSON of the next
     */
    public Format<T> next(UnaryOperator<String> upCast) {
        List<UnaryOperator<String>> all = new ArrayList<>(upCasts);
        all.add(Objects.requireNonNull(upCast, "upCast"));
        return new Format<>(type, formerly, codec, all, maxLength);
    }

    /** This format, for values of at most so many characters of JSON. */
    public Format<T> atMost(int characters) {
        if (characters < 1) {
            throw new IllegalArgumentException("a value has at least 1 character, not " + characters);
        }
        return new Format<>(type, formerly, codec, upCasts, characters);
    }

    /** The logical name of the type. */
    public String type() {
        return type;
    }

    /** The version that is written. */
    public int version() {
        return upCasts.size() + 1;
    }

    /** How many characters of JSON a value may have. */
    public int maxLength() {
        return maxLength;
    }

    /**
     * The value as it is stored.
     *
     * @param key whose value it is, for the message
     * @throws InvalidInputException if it is too long
     */
    Encoded encode(String key, T value) {
        String json = codec.encode(value);
        if (json.length() > maxLength) {
            throw InvalidInputException.tooLarge(null, "What is to be kept as \"" + key + "\" has " + json.length()
                    + " characters; " + maxLength + " are allowed.");
        }
        return new Encoded(type, version(), json);
    }

    /**
     * The value that was stored.
     *
     * @throws FailedException if it is of another type or of a later version, or cannot be read
     */
    T decode(String key, Encoded stored) {
        if (!stored.type().equals(type) && !stored.type().equals(UNNAMED) && !formerly.contains(stored.type())) {
            throw new FailedException("A stored value can no longer be read.", new IllegalStateException("\"" + key
                    + "\" holds a " + stored.type() + ", and this program expects a " + type));
        }
        if (stored.version() < 1 || stored.version() > version()) {
            throw new FailedException("A stored value can no longer be read.", new IllegalStateException("\"" + key
                    + "\" holds version " + stored.version() + " of " + type + ", and this program knows up to "
                    + version()));
        }
        String json = stored.json();
        try {
            for (UnaryOperator<String> upCast : upCasts.subList(stored.version() - 1, upCasts.size())) {
                json = upCast.apply(json);
            }
        } catch (RuntimeException e) {
            throw new FailedException("A stored value can no longer be read.",
                    new IllegalStateException("\"" + key + "\", version " + stored.version() + " of " + type
                            + ", cannot be lifted to version " + version(), e));
        }
        return codec.decode(json);
    }
}
