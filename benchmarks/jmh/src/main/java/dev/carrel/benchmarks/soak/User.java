package dev.carrel.benchmarks.soak;

import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/** Somebody whose context must meet nobody else's: the user is their own canary. Immutable and thread-safe. */
final class User {
    /** What is seen where no canary is bound. */
    static final User NOBODY = new User();
    static final ContextKey<User> CANARY = ContextKey.withDefault("canary", Kind.USER, NOBODY);

    private final Context context;

    private User() {
        context = Context.root();
    }

    @SuppressWarnings("this-escape")
    private User(Context base) {
        context = base.with(CANARY, this);
    }

    static User arrives() {
        return new User(Context.root());
    }

    Context context() {
        return context;
    }

    /** Work of a user that others run on their threads: wrapped once, in each of the ways. */
    static final class Visits {
        private final User user;
        private final Ledger[] ledgers;
        private final Runnable runnable;
        private final Callable<User> callable;
        private final Function<User, User> function;
        private final Supplier<User> supplier;

        /** @param ledgers one for each way: run, runnable, callable, function, supplier */
        Visits(User user, Ledger... ledgers) {
            this.user = user;
            this.ledgers = ledgers.clone();
            Runnable task = () -> arrived(1);
            runnable = user.context.wrap(task);
            callable = user.context.wrap(() -> arrived(2));
            function = user.context.wrapFunction(host -> arrived(3));
            supplier = user.context.wrapSupplier(() -> arrived(4));
        }

        /** One visit to whatever runs here now. */
        void visit(int way, User host) {
            User seen = switch (way) {
                case 0 -> user.context.call(() -> arrived(0));
                case 1 -> {
                    runnable.run();
                    yield user;
                }
                case 2 -> call();
                case 3 -> function.apply(host);
                default -> supplier.get();
            };
            if (seen != user) {
                throw new IllegalStateException("a visit came back with another's result");
            }
        }

        private User call() {
            try {
                return callable.call();
            } catch (Exception e) {
                throw new IllegalStateException("a visit throws nothing of its own", e);
            }
        }

        private User arrived(int way) {
            ledgers[way].arrived(user);
            return user;
        }
    }
}
