package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** How a {@link Finder} finds: by one statement for all keys that are asked for. */
@FunctionalInterface
interface Lookup<K, T> {
    /**
     * What there is of these keys, each of which is named once; one of which there is nothing is missing. It may run more than
     * once.
     */
    Map<K, T> find(Reading sql, Collection<K> keys) throws SQLException;
}
