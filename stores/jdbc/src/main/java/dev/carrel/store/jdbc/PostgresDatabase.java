package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.time.TimeSource;

/**
 * PostgreSQL: operations are short transactions, on connections of a small pool.
 *
 * <p>An operation runs on one of as many threads of the platform's as there are connections, and its caller waits for that. An
 * interrupt of a virtual thread closes the socket from which it reads ({@link java.net.Socket#getInputStream}): a caller that
 * was told to stop would break a commit that has begun. And a virtual thread that waits for a socket a few times in each
 * operation costs more than one hand-over. Operations on one session of this node wait for each other here, so that a busy
 * session holds one connection and not all of them; they are published in the order in which they commit. Writes of nothing
 * but a session's values share transactions with those of other sessions ({@link Ride}), and reads of one row their statement
 * ({@link Gathering}).
 *
 * <p>A transaction that gave way to another, or whose connection broke before its commit, is tried again. If the connection
 * breaks at the commit, the database is asked what became of it. Thread-safe.
 */
final class PostgresDatabase implements Database, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);
    private static final int CONNECTIONS = 10;
    private static final int WAITING = 8192;
    private static final int TRIES = 8;
    /**
     * What is asked here is looked up by its key, whatever the key and however many of them: a statement's plan is made once and
     * goes by the index, also while a table is small and its pages are few.
     */
    private static final String KEYED = "SET plan_cache_mode = force_generic_plan; SET random_page_cost = 1.1; ";
    /** How long a connection is waited for; other waits are so many times as long. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HikariDataSource pool;
    private final @Nullable TimeSource time;
    private final Duration patience;
    private final Semaphore permits = new Semaphore(WAITING);
    private final Set<Thread> own = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS, own(Thread.ofPlatform()
            .name("carrel-store-", 0).daemon().inheritInheritableThreadLocals(false).factory()));
    private final GroupCommit groups;
    private volatile boolean closing;

    /** @param time the clock that counts; null for the database's own */
    PostgresDatabase(DataSource source, @Nullable TimeSource time, Duration patience) {
        this.time = time;
        this.patience = patience;
        var config = new HikariConfig();
        config.setPoolName("carrel");
        config.setDataSource(source);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(patience.toMillis());
        config.setValidationTimeout(Math.min(2_000, patience.toMillis()));
        config.setConnectionInitSql(KEYED + limits(patience));
        // The first connection was tried before; a pool that waits for it here would only delay what goes wrong.
        config.setInitializationFailTimeout(-1);
        config.setThreadFactory(
                Thread.ofPlatform().name("carrel-pool-", 0).daemon().inheritInheritableThreadLocals(false).factory());
        this.pool = new HikariDataSource(config);
        this.groups = new GroupCommit(new GroupCommit.Transactions() {
            @Override
            public int commit(Object of, List<Request<?>> group) throws SQLException, InterruptedException {
                return PostgresDatabase.this.commit(of, group);
            }

            @Override
            public Set<Ride.Group> ride(List<Ride.Group> groups) throws SQLException, InterruptedException {
                return PostgresDatabase.this.ride(groups);
            }
        }, workers, 2 * patience.toNanos());
    }

    /**
     * The server ends what takes too long, so that nobody waits for ever: not for a lock, not for a statement, and not for
     * what a node has locked that was stopped in the middle of its transaction. That ends first: others still wait for it.
     */
    private static String limits(Duration patience) {
        long ms = patience.toMillis();
        return "SET idle_in_transaction_session_timeout = " + ms * 4 / 5 + "; SET lock_timeout = " + ms * 8 / 5
                + "; SET statement_timeout = " + ms * 12 / 5;
    }

    @Override
    public <T extends @Nullable Object> T run(Operation<T> operation) {
        return apart(() -> write(operation));
    }

    @Override
    public <T extends @Nullable Object> T run(Object of, Operation<T> operation) {
        enter();
        try {
            return groups.run(of, operation);
        } finally {
            permits.release();
        }
    }

    /** How many operations wait for others that go by the same. */
    int waiting(Object of) {
        return groups.waiting(of);
    }

    private int commit(Object of, List<Request<?>> group) throws SQLException, InterruptedException {
        Operation<Integer> all = tx -> attempt(tx, of, group);
        // Several are tried once: what breaks them may be one's own, and then each is tried as often as it may be.
        int done = group.size() == 1 ? write(all) : transact(all);
        group.subList(0, done).forEach(Request::acknowledge);
        return done;
    }

    private Set<Ride.Group> ride(List<Ride.Group> groups) throws SQLException, InterruptedException {
        Set<Ride.Group> left = transact(tx -> Ride.run(tx, groups));
        groups.stream().filter(group -> !left.contains(group))
                .forEach(group -> group.riders().forEach(Request::acknowledge));
        return left;
    }

    private static int attempt(Tx tx, Object of, List<Request<?>> group) throws SQLException {
        int done = 0;
        do {
            group.get(done).attempt(tx);
            done++;
        } while (done < group.size() && !tx.lockedMoreThan(of));
        return done;
    }

    @Override
    public <T extends @Nullable Object> T admit(SessionId session, Operation<T> operation) {
        if (permits.availablePermits() < WAITING / 5) {
            throw new OverloadedException("Too much waits to be stored.", Duration.ofSeconds(1));
        }
        return run(session, operation);
    }

    @Override
    public <T extends @Nullable Object> T read(Query<T> query) {
        return apart(() -> repeated(() -> {
            try (Sql sql = connect()) {
                return query.run(sql);
            }
        }));
    }

    @Override
    public <K, T> Finder<K, T> finder(Lookup<K, T> lookup) {
        var gathering = new Gathering<K, T>(keys -> repeated(() -> {
            try (Sql sql = connect()) {
                return lookup.find(sql, keys);
            }
        }), workers, patience.toNanos());
        return key -> {
            enter();
            try {
                return gathering.find(key);
            } finally {
                permits.release();
            }
        };
    }

    @Override
    public <T extends @Nullable Object> T together(Query<T> query) {
        return apart(() -> repeated(() -> {
            try (Sql sql = connect()) {
                sql.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                boolean whole = false;
                try {
                    T result = query.run(sql);
                    whole = true;
                    return result;
                } finally {
                    sql.execute(whole ? "COMMIT" : "ROLLBACK");
                }
            }
        }));
    }

    private ThreadFactory own(ThreadFactory factory) {
        return task -> {
            Thread thread = factory.newThread(task);
            own.add(thread);
            return thread;
        };
    }

    private Sql connect() throws SQLException {
        return new Sql(pool.getConnection(), Dialect.POSTGRES, time);
    }

    private <T extends @Nullable Object> T write(Operation<T> operation) throws SQLException, InterruptedException {
        return repeated(() -> transact(operation));
    }

    private <T extends @Nullable Object> T transact(Operation<T> operation) throws SQLException, InterruptedException {
        Connection connection = pool.getConnection();
        Outcome<T> outcome;
        try (Sql sql = new Sql(connection, Dialect.POSTGRES, time)) {
            connection.setAutoCommit(false);
            outcome = once(new Tx(sql), operation);
        } catch (SQLException e) {
            if (PostgresErrors.readOnly(e)) {
                // A new one may meet a server, or a setting, that takes changes again.
                pool.evictConnection(connection);
            }
            throw e;
        }
        SQLException broken = outcome.broken();
        if (broken != null && !committed(outcome.transaction(), broken)) {
            throw broken;
        }
        outcome.told().forEach(PostgresDatabase::tell);
        return outcome.result();
    }

    /**
     * What became of a transaction.
     *
     * @param transaction its name; null if it has written nothing
     * @param broken why it is not known whether it was committed; null if it was
     */
    private record Outcome<T extends @Nullable Object>(T result, List<Runnable> told, @Nullable String transaction,
            @Nullable SQLException broken) {}

    private static <T extends @Nullable Object> Outcome<T> once(Tx tx, Operation<T> operation) throws SQLException {
        T result = operation.run(tx);
        if (!tx.changed()) {
            tx.rollBack();
            return new Outcome<>(result, tx.told(), null, null);
        }
        String transaction = tx.name().orElse(null);
        try {
            tx.commit();
        } catch (SQLException e) {
            if (transaction != null && PostgresErrors.broken(e)) {
                return new Outcome<>(result, tx.told(), transaction, e);
            }
            throw e;
        }
        return new Outcome<>(result, tx.told(), transaction, null);
    }

    /**
     * Whether a transaction was committed whose connection broke meanwhile.
     *
     * @throws SQLException if that cannot be learnt; it is {@link PostgresErrors#isUnknown unknown} then
     */
    private boolean committed(@Nullable String transaction, SQLException broken)
            throws SQLException, InterruptedException {
        LOG.warn("The connection broke at a commit; asking what became of it ({})", broken.getMessage());
        pool.getHikariPoolMXBean().softEvictConnections();
        long end = System.nanoTime() + 2 * patience.toNanos();
        while (true) {
            Optional<String> fate;
            try (Sql sql = connect()) {
                fate = sql.first("SELECT pg_xact_status(?::text::xid8)", row -> row.text(1), transaction);
            } catch (SQLException e) {
                if (System.nanoTime() > end || !PostgresErrors.broken(e)) {
                    throw PostgresErrors.unknown(e);
                }
                fate = Optional.of("in progress");
            }
            switch (fate.orElse("")) {
                case "committed" -> {
                    return true;
                }
                case "aborted" -> {
                    return false;
                }
                default -> {
                    if (System.nanoTime() > end) {
                        throw PostgresErrors.unknown(broken);
                    }
                    Thread.sleep(50);
                }
            }
        }
    }

    private static void tell(Runnable told) {
        try {
            told.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A listener failed; what it was told is stored", e);
        }
    }

    private interface Work<T extends @Nullable Object> {
        T run() throws SQLException, InterruptedException;
    }

    /** Does it again if it had to give way, or its connection broke before anything came of it. */
    private <T extends @Nullable Object> T repeated(Work<T> work) throws SQLException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                return work.run();
            } catch (SQLException e) {
                if (attempt >= TRIES || PostgresErrors.isUnknown(e)
                        || !(PostgresErrors.gaveWay(e) || PostgresErrors.broken(e))
                        || PostgresErrors.unreachable(e)) {
                    throw e;
                }
                LOG.debug("Tried again", e);
                if (PostgresErrors.broken(e)) {
                    // What broke one has most likely broken the others, which nobody has noticed yet.
                    pool.getHikariPoolMXBean().softEvictConnections();
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(5 << attempt));
            }
        }
    }

    private <T extends @Nullable Object> T apart(Work<T> work) {
        enter();
        var reply = new Reply<T>();
        long since = System.nanoTime();
        workers.execute(() -> {
            try {
                if (System.nanoTime() - since > patience.toNanos()) {
                    throw tooMuch();
                }
                reply.succeed(work.run());
            } catch (SQLException e) {
                reply.fail(PostgresErrors.explained(e));
            } catch (InterruptedException | RuntimeException | Error e) {
                reply.fail(e);
            } finally {
                permits.release();
            }
        });
        return reply.await();
    }

    /** Takes a permit, for one operation. */
    private void enter() {
        if (own.contains(Thread.currentThread())) {
            throw new IllegalStateException(
                    "what a store tells is told by its own threads, which must not wait for it");
        }
        if (closing) {
            throw closed();
        }
        if (!permits.tryAcquire()) {
            throw closing ? closed() : tooMuch();
        }
    }

    private static UnavailableException tooMuch() {
        return new UnavailableException("Too much waits to be stored. Try again in a moment.");
    }

    private static UnavailableException closed() {
        return new UnavailableException("The server is stopping.");
    }

    /** Ends when what was begun is done; later operations are refused. Closing twice is closing once. */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        permits.acquireUninterruptibly(WAITING);
        workers.shutdown();
        pool.close();
    }
}
