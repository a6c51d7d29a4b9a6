package dev.carrel.integrations.scope;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.context.Context;
import dev.carrel.context.spi.BindingListener;

/** Three listeners that tell what they are told on this thread, and throw when they are asked to. */
abstract class TestListeners implements BindingListener {
    /** What this thread's listeners do; they do nothing on threads that have none. */
    static final ThreadLocal<TestListeners.Script> SCRIPT = new ThreadLocal<>();

    static final class Script {
        final List<String> told = new ArrayList<>();
        String throwing = "";
    }

    private final String name;

    TestListeners(String name) {
        this.name = name;
    }

    @Override
    public Undo bound(Context context) {
        Script script = SCRIPT.get();
        if (script == null) {
            return Undo.NOTHING;
        }
        tell(script, "bound " + name);
        return () -> tell(script, "undo " + name);
    }

    private static void tell(Script script, String what) {
        script.told.add(what);
        if (script.throwing.equals(what)) {
            throw new IllegalStateException(what + " failed");
        }
    }

    public static final class First extends TestListeners {
        public First() {
            super("1");
        }
    }

    public static final class Second extends TestListeners {
        public Second() {
            super("2");
        }
    }

    public static final class Third extends TestListeners {
        public Third() {
            super("3");
        }
    }
}
