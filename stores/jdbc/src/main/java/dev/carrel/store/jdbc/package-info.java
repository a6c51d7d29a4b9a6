/**
 * The store ports on SQL. {@link dev.carrel.store.jdbc.SqliteStore} and {@link dev.carrel.store.jdbc.PostgresStore} are where
 * to start.
 *
 * <p>{@code Jdbc*} classes fill the ports, in SQL that both databases understand; what differs is in {@code Dialect}. They
 * speak to a {@code Database}: SQLite's {@code Writer}, one thread that commits what waits as one group, and its few
 * {@code Readers}, platform threads all, since SQLite is called through JNI and would pin the carriers of virtual threads; or
 * {@code PostgresDatabase}, on which each operation is a short transaction that locks what it goes by: the session's row
 * first ({@code Lane}), then what users, tenants and the application keep ({@code Writing}), always in that order.
 * {@code Wakeups} tells the nodes on one PostgreSQL of each other; what they are told is in the database and nowhere else.
 *
 * <p>{@link dev.carrel.store.jdbc.Archive}, {@code StoreCheck}, {@code Backup}, {@code UserArchive} and {@code StoreUsage}
 * look at a whole store from outside, beside whoever uses it, on a connection of their own: a {@code StoreView}.
 */
@NullMarked
package dev.carrel.store.jdbc;

import org.jspecify.annotations.NullMarked;
