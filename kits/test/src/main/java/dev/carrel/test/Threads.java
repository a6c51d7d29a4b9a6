package dev.carrel.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * The threads that were made since a moment and live, platform and virtual, as the JDK's thread dump has them: it is the
 * only place where virtual threads can be seen. The ids of threads grow, so one id is all that is kept of the moment.
 */
final class Threads {
    private static final Pattern HEAD = Pattern.compile("#(\\d+) \"(.*)\" (virtual )?([A-Z_]+) .*");
    private static final Pattern FRAME = Pattern
            .compile("\\s+at (?:\\S+/)?(\\S+)\\.([^.\\s(]+)\\(([^:)]*)(?::(\\d+))?\\)");
    /** Those of the JDK, of JUnit and of surefire, and Carrel's one clock: made when first needed, and there for good. */
    private static final Pattern OF_THE_HOUSE = Pattern.compile("ForkJoinPool\\.commonPool-.*|CompletableFutureDelay.*"
            + "|.*Poller.*|Attach Listener|process reaper.*|JFR .*|junit-.*|surefire-.*|C[12] CompilerThread.*|carrel-timer");
    private static final Pattern WORKS_FOR_THE_HOUSE = Pattern
            .compile("jdk\\.internal\\.misc\\..*|org\\.junit\\.platform\\.engine\\..*");

    private static final String SCHEDULER = VirtualScheduler.prefix();

    private final long newest;

    private Threads(long newest) {
        this.newest = newest;
    }

    static Threads now() {
        return new Threads(Thread.ofVirtual().unstarted(() -> {}).threadId());
    }

    /** A thread, as it was when it was looked at. */
    record Seen(long id, String name, boolean virtual, Throwable stack) {
        @Override
        public String toString() {
            return (virtual ? "virtual thread #" : "thread #") + id + (name.isEmpty() ? "" : " \"" + name + "\"");
        }
    }

    List<Seen> since() {
        List<Seen> threads = new ArrayList<>();
        List<String> lines = dump();
        for (int i = 0; i < lines.size(); i++) {
            Matcher head = HEAD.matcher(lines.get(i));
            if (head.matches() && Long.parseLong(head.group(1)) > newest) {
                StackTraceElement[] frames = frames(lines.subList(i + 1, lines.size()));
                var seen = new Seen(Long.parseLong(head.group(1)), head.group(2), head.group(3) != null,
                        new Throwable("where the thread \"" + head.group(2) + "\" is now: " + head.group(4)));
                seen.stack.setStackTrace(frames);
                if (!ofTheHouse(seen)) {
                    threads.add(seen);
                }
            }
        }
        return threads;
    }

    private static StackTraceElement[] frames(List<String> lines) {
        List<StackTraceElement> frames = new ArrayList<>();
        for (String line : lines) {
            if (line.isEmpty() || line.startsWith("#")) {
                break;
            }
            Matcher frame = FRAME.matcher(line);
            if (frame.matches()) {
                String number = frame.group(4);
                frames.add(new StackTraceElement(frame.group(1), frame.group(2), frame.group(3),
                        number == null ? -1 : Integer.parseInt(number)));
            }
        }
        return frames.toArray(StackTraceElement[]::new);
    }

    private static boolean ofTheHouse(Seen seen) {
        if (OF_THE_HOUSE.matcher(seen.name).matches()) {
            return true;
        }
        for (StackTraceElement frame : seen.stack.getStackTrace()) {
            if (WORKS_FOR_THE_HOUSE.matcher(frame.getClassName()).matches()
                    && !frame.getClassName().equals("jdk.internal.misc.Unsafe")) {
                return true;
            }
        }
        // A worker of JUnit has the name and the stack of any fork-join worker.
        return seen.name.startsWith(SCHEDULER) || (seen.name.startsWith("ForkJoinPool-") && isJUnits(seen.id));
    }

    private static boolean isJUnits(long id) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.threadId() == id && thread.getClass().getName().startsWith("org.junit."));
    }

    private static List<String> dump() {
        try {
            Path folder = Files.createTempDirectory("carrel-threads");
            Path file = folder.resolve("threads.txt");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(file.toString(),
                        HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
                return Files.readAllLines(file);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the threads of this process could not be listed", e);
        }
    }
}
