package dev.carrel.benchmarks.context;

/** Five values of one user's work, as a raw {@code ThreadLocal} or {@code ScopedValue} would carry them: in a record. */
public record Five(String tenant, String user, String session, String turn, String request) {
    static final Five VALUE = new Five("acme", "alice", "session-1", "turn-1", "request-1");

    /** Carries it on its thread. */
    static final ThreadLocal<Five> THREAD_LOCAL = new ThreadLocal<>();
    /** Carries it for a block. */
    static final ScopedValue<Five> SCOPED_VALUE = ScopedValue.newInstance();

    String at(int i) {
        return switch (i) {
            case 0 -> tenant;
            case 1 -> user;
            case 2 -> session;
            case 3 -> turn;
            default -> request;
        };
    }
}
