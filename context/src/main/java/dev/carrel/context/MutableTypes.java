package dev.carrel.context;

import java.nio.Buffer;
import java.text.Format;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;

/**
 * Types of the JDK that are known to be mutable. An unknown type is trusted: nothing can see whether a class of the
 * application is immutable.
 */
final class MutableTypes {
    private static final Set<Class<?>> IMMUTABLE = Set.of(List.of().getClass(), List.of(1).getClass(),
            Set.of().getClass(), Set.of(1).getClass(), Map.of().getClass(), Map.of(1, 1).getClass(),
            List.of(1, 2, 3).subList(0, 1).getClass(), Collections.emptyList().getClass(),
            Collections.emptySet().getClass(), Collections.emptyMap().getClass(), Collections.singleton(1).getClass(),
            Collections.singletonList(1).getClass(), Collections.singletonMap(1, 1).getClass());

    private static final List<Class<?>> MUTABLE = List.of(Collection.class, Map.class, Iterator.class, BaseStream.class,
            Appendable.class, Buffer.class, Date.class, Calendar.class, Format.class, BitSet.class);

    private static final ClassValue<Boolean> KNOWN = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.isArray() || (type.getName().startsWith("java.") && isMutable(type));
        }
    };

    private MutableTypes() {}

    static boolean holds(Object value) {
        return KNOWN.get(value.getClass());
    }

    private static boolean isMutable(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.util.concurrent.atomic.") || (!IMMUTABLE.contains(type) && !readOnly(name)
                && MUTABLE.stream().anyMatch(mutable -> mutable.isAssignableFrom(type)));
    }

    /** A view that cannot be changed through: what lies under it is its maker's affair. */
    private static boolean readOnly(String name) {
        return name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.ImmutableCollections");
    }
}
