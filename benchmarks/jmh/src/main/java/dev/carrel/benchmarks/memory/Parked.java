package dev.carrel.benchmarks.memory;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The process of one way: parks the threads and prints two numbers, the bytes of live heap a thread and how many of them
 * are its stack. The count is a class histogram, which collects garbage first.
 */
final class Parked {
    /** The stack of an unmounted virtual thread. */
    private static final String STACK = "jdk.internal.vm.StackChunk";

    private static final int WARM = 8;

    private record Heap(long bytes, long stacks) {}

    /** Threads that wait together, until they are let go. */
    private static final class Lot {
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger read = new AtomicInteger();
        private final Runnable body;
        private volatile boolean over;

        Lot(Way way) {
            body = () -> {
                if (way.during(this::park) != null) {
                    read.incrementAndGet();
                }
            };
        }

        private void park() {
            while (!over) {
                LockSupport.park();
            }
        }

        void fill(int count) throws InterruptedException {
            threads.clear();
            over = false;
            for (int i = 0; i < count; i++) {
                // As they are made by default: what is inheritable is inherited.
                threads.add(Thread.ofVirtual().start(body));
            }
            for (Thread thread : threads) {
                while (thread.getState() != Thread.State.WAITING) {
                    Thread.sleep(1);
                }
            }
        }

        void release() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                LockSupport.unpark(thread);
                thread.join();
            }
        }
    }

    private Parked() {}

    /** Called with the name of the way and the number of threads. */
    public static void main(String[] args) throws JMException, InterruptedException {
        Way way = Way.valueOf(args[0]);
        int count = Integer.parseInt(args[1]);
        way.prepare();
        Lot lot = new Lot(way);
        // So that frames are compiled ones, and lists, classes and carriers as large as they will be.
        for (int i = 0; i < WARM; i++) {
            lot.fill(count);
            lot.release();
        }
        lot.fill(0);
        Heap before = heap();
        lot.fill(count);
        Heap after = heap();
        System.out.println((after.bytes - before.bytes) / (double) count + " "
                + (after.stacks - before.stacks) / (double) count);
        lot.release();
        if (way != Way.NOTHING && lot.read.get() != count * (WARM + 1)) {
            throw new IllegalStateException(lot.read + " threads read their value, not all");
        }
    }

    private static Heap heap() throws JMException {
        String histogram = "";
        for (int i = 0; i < 3; i++) {
            histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                    new Object[]{new String[0]}, new String[]{String[].class.getName()});
        }
        long stacks = 0;
        long bytes = 0;
        for (String line : histogram.split("\n", -1)) {
            // "num: instances bytes class (module)", and at the end "Total instances bytes".
            String[] columns = line.strip().split("\\s+", -1);
            if (columns[0].equals("Total")) {
                bytes = Long.parseLong(columns[2]);
            } else if (columns.length > 3 && columns[3].equals(STACK)) {
                stacks = Long.parseLong(columns[2]);
            }
        }
        return new Heap(bytes, stacks);
    }
}
