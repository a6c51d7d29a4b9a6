package dev.carrel.integrations.mdc;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Principal;
import dev.carrel.context.spi.BindingListener;
import dev.carrel.error.EndedContextException;

/**
 * Shows in the MDC what is loggable of the context that is bound, while it is bound: the keys declared so
 * ({@link ContextKey.Builder#loggable}), and the ids of the tenant and the user as {@code tenant-id} and {@code user-id}.
 * Found by {@link java.util.ServiceLoader}. Thread-safe.
 *
 * <ul>
 * <li>These names are Carrel's. A block shows them as its own context has them, and what it has not is not there: nothing
 * that the thread was in the middle of. Entries of other names are the application's and stay visible within the block.
 * <li>After the block, however it ended, the MDC is exactly what it was before: what code put there ends with the block in
 * which it did. An entry that it left behind is told once by its name (logger {@code dev.carrel.context}), and in strict mode
 * each time, by {@link dev.carrel.context.Strict#left}.
 * <li>The system property {@code carrel.mdc.principal} says what is shown of who is asking: {@code tenant,user} (if it is
 * not set), {@code tenant}, {@code user} or {@code none}. Names for display and roles never are.
 * </ul>
 */
public final class MdcProjection implements BindingListener {
    private static final String TENANT = "tenant-id";
    private static final String USER = "user-id";

    private final boolean showsTenant;
    private final boolean showsUser;

    /**
     * For the loader.
     *
     * @throws IllegalArgumentException if {@code carrel.mdc.principal} says something else than is allowed
     */
    public MdcProjection() {
        this(System.getProperty("carrel.mdc.principal", "tenant,user"));
    }

    MdcProjection(String principal) {
        List<String> shown = List.of(principal.strip().split("\\s*,\\s*", -1));
        showsTenant = shown.contains("tenant");
        showsUser = shown.contains("user");
        if (!shown.equals(List.of("none")) && !List.of("tenant", "user").containsAll(shown)) {
            throw new IllegalArgumentException("carrel.mdc.principal is \"" + principal
                    + "\", where tenant, user, both with a comma, or none was expected");
        }
    }

    @Override
    public Undo bound(Context context) {
        Map<String, String> loggable = context.loggable();
        for (String name : List.of(TENANT, USER)) {
            if (loggable.containsKey(name)) {
                throw new IllegalStateException("a loggable key is named \"" + name + "\", which shows the principal's "
                        + "id in the MDC: give the key another name");
            }
        }
        Principal principal = showsTenant || showsUser ? principal(context).orElse(null) : null;
        var shown = new Shown(loggable, principal != null && showsTenant ? principal.tenant() : null,
                principal != null && showsUser ? principal.user() : null);
        Map<String, String> before = MDC.getCopyOfContextMap();
        try {
            for (String name : ContextKey.loggableNames()) {
                show(name, loggable.get(name));
            }
            show(TENANT, shown.tenant);
            show(USER, shown.user);
        } catch (Throwable e) {
            putBack(before);
            throw e;
        }
        return () -> putBack(before, shown);
    }

    /** What a block shows under Carrel's names. */
    private record Shown(Map<String, String> loggable, @Nullable String tenant, @Nullable String user) {
        /** Whether an entry of the block's end is of its beginning, or Carrel's own. */
        boolean accountsFor(String name, String value, @Nullable Map<String, String> before) {
            @Nullable
            String expected = switch (name) {
                case TENANT -> tenant;
                case USER -> user;
                default -> loggable.containsKey(name) ? loggable.get(name) : before == null ? null : before.get(name);
            };
            return value.equals(expected);
        }
    }

    private static void putBack(@Nullable Map<String, String> before, Shown shown) {
        Map<String, String> after = MDC.getCopyOfContextMap();
        putBack(before);
        if (after != null) {
            after.forEach((name, value) -> {
                if (value != null && !shown.accountsFor(name, value, before)) {
                    LeftBehind.report(name);
                }
            });
        }
    }

    private static Optional<Principal> principal(Context context) {
        try {
            return Principal.of(context);
        } catch (EndedContextException e) {
            return Optional.empty(); // signed out: the work may go on, but no longer under this name
        }
    }

    private static void show(String name, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, value);
        }
    }

    private static void putBack(@Nullable Map<String, String> before) {
        if (before == null || before.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
