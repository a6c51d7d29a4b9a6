package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.session.store.Store;
import dev.carrel.tck.store.CrashContract;
import dev.carrel.tck.store.CrashWriter;
import dev.carrel.time.TimeSource;

/** G10: what SQLite has acknowledged survives {@code kill -9}. */
class KillTest implements CrashContract {
    @TempDir
    Path folder;

    @Override
    public Process writer() throws IOException {
        return Child.start(Writing.class, Child.classPath(), folder.toString());
    }

    @Override
    public Store open() {
        return SqliteStore.open(folder, TimeSource.system());
    }

    /** The process that is killed. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] args) {
            CrashWriter.write(SqliteStore.open(Path.of(args[0]), TimeSource.system()), System.out);
        }
    }

    @Override
    public int acknowledgements() {
        return 1_000;
    }

    @Override
    @RepeatedTest(2)
    public void what_was_acknowledged_survives_kill_9_and_nothing_is_half_there() throws Exception {
        CrashContract.super.what_was_acknowledged_survives_kill_9_and_nothing_is_half_there();
    }
}
