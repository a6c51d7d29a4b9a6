package dev.carrel.session;

import java.time.Duration;
import java.util.Optional;

/** A key of an application's state, of whatever kind: what {@code App.state} declares and operators are shown. */
public sealed interface Key permits StateKey, ListKey, LocalKey {
    /** What the store knows it by; one key of a scope has it. */
    String name();

    /** Whose its values are. */
    Scope scope();

    /** {@code value}, {@code list} or {@code local}. */
    String kind();

    /** How long a value holds from when it was written; empty for as long as whose it is. */
    Optional<Duration> timeToLive();
}
