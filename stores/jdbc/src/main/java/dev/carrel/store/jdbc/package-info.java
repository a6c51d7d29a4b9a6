/**
 * The store ports on SQL. {@link dev.carrel.store.jdbc.SqliteStore} is where to start.
 *
 * <p>{@code Jdbc*} classes fill the ports, in SQL that SQLite and PostgreSQL share; {@code Sqlite*}, {@code DataFolder}
 * and {@code Schema} are SQLite's own. All changes go through one {@code Writer}, which commits what waits as one group and
 * only then tells anybody; reads go through a few {@code Readers}. Both are platform threads: SQLite is called through JNI
 * and would pin the carriers of the virtual threads that wait here.
 *
 * <p>{@link dev.carrel.store.jdbc.Archive}, {@code StoreCheck}, {@code Backup}, {@code UserArchive} and {@code StoreUsage}
 * look at a whole store from outside, beside whoever uses it, on a connection of their own: a {@code StoreView}.
 */
@NullMarked
package dev.carrel.store.jdbc;

import org.jspecify.annotations.NullMarked;
