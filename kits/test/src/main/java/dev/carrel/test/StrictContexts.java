package dev.carrel.test;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

import dev.carrel.context.Context;
import dev.carrel.context.Strict;

/**
 * Fails a test that leaves something behind: a context on its thread, an interrupt, a
 * {@link dev.carrel.context.Lifetime} that nobody ended, a task pool that nobody closed, a thread.
 *
 * {@snippet :
 * @ExtendWith(StrictContexts.class)
 * class TutorTest { ... }
 * }
 *
 * <ul>
 * <li>It looks after each test, and after the class at what {@code @BeforeAll} began. What is on its way out gets
 * {@value #PATIENCE} milliseconds, or as many as the configuration parameter {@code carrel.strict.patience} says.
 * <li>Lifetimes and pools are told with the stack of where they began, since this turns {@link Strict} mode on for the
 * process and leaves it on. Of a thread the JDK keeps no such stack: it is told with what it does now.
 * <li>Virtual threads are found by the JDK's thread dump, which knows those that run or are started by an executor, and
 * all others too unless {@code -Djdk.trackAllThreads=false} is set. Threads of the JDK and of JUnit itself do not count,
 * nor do those that {@link MayLeave} names.
 * <li>Tests that run at the same time share a process: what they leave behind is looked for when the last of them has
 * ended, and that one fails with the names of all. The context and the interrupt are looked at for each test, always. Tests
 * without this extension that run at the same time are not seen: their threads count as left.
 * </ul>
 */
public final class StrictContexts
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            AfterAllCallback {
    static final long PATIENCE = 2_000;

    /** Classes at work, and tests at work: a class's resources are there while its tests come and go. */
    private static final Together CLASSES = new Together();
    private static final Together TESTS = new Together();

    /** For {@code @ExtendWith}. */
    public StrictContexts() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (outermost(context)) {
            Strict.enable();
            CLASSES.begin(context.getDisplayName());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Strict.enable();
        Context bound = Context.current();
        if (!bound.isRoot()) {
            throw new AssertionFailedError("before " + context.getDisplayName() + " " + bound
                    + " is bound on its thread already: an open scope that nobody closed");
        }
        TESTS.begin(context.getDisplayName());
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        String test = context.getDisplayName();
        boolean interrupted = Thread.interrupted();
        Context bound = Context.current();
        TESTS.end(patience(context), AllowedThreads.of(context));
        if (!bound.isRoot()) {
            throw new AssertionFailedError(test + " left " + bound + " bound on its thread: close the open scope");
        }
        if (interrupted) {
            throw new AssertionFailedError(test + " left its thread interrupted");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (outermost(context)) {
            CLASSES.end(patience(context), AllowedThreads.of(context));
        }
    }

    /** A nested class ends inside of its outer one, whose resources it may use. */
    private static boolean outermost(ExtensionContext context) {
        return context.getTestClass().map(type -> !type.isMemberClass() || java.lang.reflect.Modifier.isStatic(
                type.getModifiers())).orElse(true);
    }

    private static Duration patience(ExtensionContext context) {
        return Duration.ofMillis(
                context.getConfigurationParameter("carrel.strict.patience", Long::valueOf).orElse(PATIENCE));
    }

    /** What began at one moment and is looked at when the last has ended. */
    private static final class Together {
        private final List<String> names = new java.util.ArrayList<>();
        private int running;
        private Before before = Before.now();

        synchronized void begin(String name) {
            if (running++ == 0) {
                names.clear();
                before = Before.now();
            }
            names.add(name);
        }

        void end(Duration patience, AllowedThreads mayLeave) throws InterruptedException {
            Before since;
            String who;
            synchronized (this) {
                if (--running > 0) {
                    return;
                }
                since = before;
                who = String.join(", ", names);
            }
            since.assertNothingLeft(who, patience, mayLeave);
        }
    }
}
