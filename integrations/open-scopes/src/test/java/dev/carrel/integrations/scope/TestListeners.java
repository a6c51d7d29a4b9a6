package dev.carrel.integrations.scope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.spi.BindingListener;

/** Three listeners that tell what they are told, and throw when they are asked to. */
abstract class TestListeners implements BindingListener {
    /** What they do; nothing while there is none. Not by thread: a test may run on another than its preparation. */
    static volatile @Nullable Script script;

    static final class Script {
        final List<String> told = new CopyOnWriteArrayList<>();
        volatile String throwing = "";
    }

    private final String name;

    TestListeners(String name) {
        this.name = name;
    }

    @Override
    public Undo bound(Context context) {
        Script now = script;
        if (now == null) {
            return Undo.NOTHING;
        }
        tell(now, "bound " + name);
        return () -> tell(now, "undo " + name);
    }

    private static void tell(Script now, String what) {
        now.told.add(what);
        if (now.throwing.equals(what)) {
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
