package dev.carrel.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Set;
import java.util.UUID;

/** What is known to be immutable, so that everybody may have the same one. A record is not: it may hold a list. */
final class Immutable {
    private static final Set<Class<?>> TYPES = Set.of(String.class, Boolean.class, Character.class, Byte.class,
            Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class,
            UUID.class, URI.class);

    private Immutable() {}

    static boolean holds(Object value) {
        Class<?> type = value.getClass();
        return TYPES.contains(type) || value instanceof Enum<?>
                || ((value instanceof Temporal || value instanceof TemporalAmount)
                        && type.getName().startsWith("java.time."));
    }
}
