package dev.carrel.session.store;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;

/**
 * What each {@link Changes.Operation} on a value makes of what it finds: for stores, which call it while they hold the key, so
 * that all stores do the same.
 */
public final class Operations {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Operations() {}

    /**
     * What the key holds afterwards; {@code found} itself if there is nothing to do.
     *
     * @throws InvalidInputException if it cannot be done; the caller leaves everything as it is
     * @throws IllegalArgumentException for an operation on a list
     */
    public static @Nullable Encoded apply(Changes.Operation operation, @Nullable Encoded found) {
        return switch (operation) {
            case Changes.Increment increment -> add(increment, found == null ? increment.initial() : found);
            case Changes.PutIfAbsent put -> found == null ? put.value() : found;
            case Changes.Remove remove -> null;
            case Changes.Merge merge -> merge(merge, found == null ? merge.initial() : found);
            case Changes.Append append -> throw new IllegalArgumentException("a list has entries: " + append.key());
            case Changes.RemoveEntry entry -> throw new IllegalArgumentException("a list has entries: " + entry.key());
        };
    }

    private static Encoded add(Changes.Increment increment, Encoded found) {
        try {
            long sum = Math.addExact(Long.parseLong(found.json()), increment.by());
            return new Encoded(found.type(), found.version(), Long.toString(sum));
        } catch (NumberFormatException e) {
            throw new FailedException("A stored value can no longer be read.",
                    new IllegalStateException("\"" + increment.key() + "\" holds no whole number"));
        } catch (ArithmeticException e) {
            throw InvalidInputException.tooLarge(null, "\"" + increment.key() + "\" would become too large a number.");
        }
    }

    private static Encoded merge(Changes.Merge merge, Encoded found) {
        if (found.version() != merge.initial().version()) {
            throw new FailedException("A stored value can no longer be changed in this way.",
                    new IllegalStateException("\"" + merge.key() + "\" holds version " + found.version()
                            + " and members of version " + merge.initial().version()
                            + " were to be merged into it: put the whole value"));
        }
        String json = merge(found.json(), merge.patch());
        if (json.length() > merge.maxLength()) {
            throw InvalidInputException.tooLarge(null, "What is to be kept as \"" + merge.key() + "\" has "
                    + json.length() + " characters; " + merge.maxLength() + " are allowed.");
        }
        return new Encoded(found.type(), found.version(), json);
    }

    /**
     * Merges {@code patch} into {@code target}, both JSON (RFC 7396).
     *
     * @throws FailedException if one of them is no JSON
     */
    public static String merge(String target, String patch) {
        try {
            return merge(MAPPER.readTree(target), MAPPER.readTree(patch)).toString();
        } catch (JacksonException e) {
            throw new FailedException("A stored value can no longer be read.", e);
        }
    }

    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? (ObjectNode) target : MAPPER.createObjectNode();
        for (var member : patch.properties()) {
            if (member.getValue().isNull()) {
                merged.remove(member.getKey());
            } else {
                JsonNode old = merged.get(member.getKey());
                merged.set(member.getKey(),
                        merge(old == null ? MAPPER.createObjectNode() : old, member.getValue()));
            }
        }
        return merged;
    }
}
