package dev.carrel.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * A bounded queue that serves flows (tenants) in turn, each as many elements a round as its weight, first in first out
 * within one. A flow that offers a thousand elements delays another's next by at most one round. Thread-safe.
 *
 * <p>Sources: weighted round robin as in Katevenis, Sidiropoulos and Courcoubetis (1991); room as by the dynamic queue length
 * thresholds of Choudhury and Hahne (1998), with a factor of one.
 */
public final class FairQueue<T> {
    private static final class Flow<T> {
        final ArrayDeque<T> elements = new ArrayDeque<>();
        /** What they cost together. */
        long cost;
        /** How many a round; asked once, when it begins to wait, by whoever offers. */
        final int weight;
        /** How many are left of this round. */
        int credit;

        Flow(int weight) {
            this.weight = weight;
            this.credit = weight;
        }
    }

    /**
     * A wait of less than this is not worth sleeping through: to put a thread to sleep and to wake it takes about as
     * long.
     */
    private static final long SOON_NANOS = 50_000;
    private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

    private final int capacity;
    private final ToIntFunction<String> weight;
    private final ToLongFunction<? super T> cost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    /** The flows that have something waiting. */
    private final Map<String, Flow<T>> flows = new HashMap<>();
    private final ArrayDeque<String> round = new ArrayDeque<>();
    private int size;
    /** That there is something, for who looks without the lock. */
    private volatile boolean some;
    /** Whether the last wait for an element was over soon: so will be the next, perhaps. */
    private boolean soon;
    private boolean closed;

    /**
     * A queue whose flows all weigh the same.
     *
     * @param capacity how many elements a flow may have that is alone. If it has them, others still find room, each no more than
     *         would be left after it; all together have less than twice the capacity
     *
     * @throws IllegalArgumentException if the capacity is not positive
     */
    public FairQueue(int capacity) {
        this(capacity, flow -> 1);
    }

    /**
     * As {@link #FairQueue(int)}, but flows weigh what {@code weight} says, at least 1.
     *
     * @throws IllegalArgumentException if the capacity is not positive
     */
    public FairQueue(int capacity, ToIntFunction<String> weight) {
        this(capacity, weight, element -> 1);
    }

    /**
     * As {@link #FairQueue(int, ToIntFunction)}, of elements of different cost; what they cost is counted, and changes nothing
     * in whose turn it is.
     *
     * @param cost what an element costs, always the same
     * @throws IllegalArgumentException if the capacity is not positive
     */
    public FairQueue(int capacity, ToIntFunction<String> weight, ToLongFunction<? super T> cost) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, not " + capacity);
        }
        this.capacity = capacity;
        this.weight = Objects.requireNonNull(weight, "weight");
        this.cost = Objects.requireNonNull(cost, "cost");
    }

    /** Adds the element to its flow; false if there is no room for more of it, or the queue is closed. Never waits. */
    public boolean offer(String flow, T element) {
        return offerAll(flow, List.of(element));
    }

    /** Adds all of the elements to their flow, in this order; none, and false, if there is no room for all or the queue is closed. Never waits. */
    public boolean offerAll(String flow, List<? extends T> elements) {
        lock.lock();
        try {
            Flow<T> queue = flows.get(flow);
            if (closed || !fits(queue == null ? 0 : queue.elements.size(), elements.size())) {
                return false;
            }
            if (elements.isEmpty()) {
                return true;
            }
            if (queue == null) {
                queue = new Flow<>(weight(flow));
                flows.put(flow, queue);
                round.addLast(flow);
            }
            queue.elements.addAll(elements);
            queue.cost += elements.stream().mapToLong(cost).sum();
            size += elements.size();
            some = true;
            notEmpty.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a flow that has so many may have so many more, of a budget of twice the capacity: a burst of one shuts nobody
     * out, and one that is alone has the capacity.
     */
    private boolean fits(int own, int more) {
        return Budget.fits(own, size, more, 2L * capacity);
    }

    /**
     * Waits for an element and takes it with whatever else waits, at most {@code max}, in fair order. Empty only once the
     * queue is closed and drained.
     */
    public List<T> take(int max) throws InterruptedException {
        return take(max, 1, element -> true);
    }

    /**
     * As {@link #take(int)}, but of what waits behind the first only what joins it. Of each flow the next {@code depth} elements
     * may join; what does not keeps its place, and a flow from which nothing joins keeps its turn.
     *
     * @param joins is asked in fair order about the first, whose answer does not matter, and about each that might follow,
     *         perhaps more than once; what it says yes to is taken. It runs under the queue's lock: be quick, do not call
     *         the queue, and do not throw
     */
    public List<T> take(int max, int depth, Predicate<? super T> joins) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            await();
            if (size == 0) {
                return List.of();
            }
            T first = next();
            var unused = joins.test(first);
            List<T> taken = new ArrayList<>(Math.min(max, size + 1));
            taken.add(first);
            gather(taken, max, depth, joins);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Until there is something, or there will be nothing more. If the last wait was short it looks for a moment before it sleeps. */
    private void await() throws InterruptedException {
        if (size > 0 || closed) {
            return;
        }
        long began = System.nanoTime();
        if (soon) {
            lock.unlock();
            try {
                while (!some && System.nanoTime() - began < SOON_NANOS) {
                    Thread.onSpinWait();
                }
            } finally {
                lock.lock();
            }
        }
        while (size == 0 && !closed) {
            notEmpty.await();
        }
        soon = !ALONE && System.nanoTime() - began < SOON_NANOS;
    }

    /**
     * Takes what joins those that were taken before, in fair order. If nothing waits it waits for something, until it is over.
     * Empty if nothing came, if what came does not join, or if the queue is closed.
     *
     * @param over asked before it waits, and again after each {@link #wake}, under the queue's lock
     */
    public List<T> takeMore(int max, int depth, Predicate<? super T> joins, BooleanSupplier over)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (size == 0) {
                if (closed || over.getAsBoolean()) {
                    return List.of();
                }
                notEmpty.await();
            }
            List<T> taken = new ArrayList<>();
            gather(taken, max, depth, joins);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void gather(List<T> taken, int max, int depth, Predicate<? super T> joins) {
        if (taken.size() < max && size > 0) {
            // Each flow is asked until nothing of it joins: what does not join now will not a moment later.
            var candidates = new ArrayDeque<String>(round);
            while (taken.size() < max && !candidates.isEmpty()) {
                String name = candidates.removeFirst();
                Flow<T> flow = Objects.requireNonNull(flows.get(name));
                T element = joining(name, flow, depth, joins);
                if (element == null) {
                    continue;
                }
                taken.add(element);
                if (!flow.elements.isEmpty()) {
                    if (flow.credit == flow.weight) {
                        candidates.addLast(name);
                    } else {
                        candidates.addFirst(name);
                    }
                }
            }
        }
        if (size > 0) {
            notEmpty.signal();
        }
    }

    private @Nullable T joining(String name, Flow<T> flow, int depth, Predicate<? super T> joins) {
        Iterator<T> elements = flow.elements.iterator();
        for (int i = 0; i < depth && elements.hasNext(); i++) {
            T element = elements.next();
            if (joins.test(element)) {
                elements.remove();
                served(name, flow, element);
                return element;
            }
        }
        return null;
    }

    /** Takes the next element in fair order; empty if none waits. Never waits. */
    public Optional<T> poll() {
        lock.lock();
        try {
            return size == 0 ? Optional.empty() : Optional.of(next());
        } finally {
            lock.unlock();
        }
    }

    private T next() {
        String name = round.getFirst();
        Flow<T> flow = Objects.requireNonNull(flows.get(name));
        T element = flow.elements.removeFirst();
        served(name, flow, element);
        return element;
    }

    /** The flow has given this one of its elements. */
    private void served(String name, Flow<T> flow, T element) {
        size--;
        some = size > 0;
        flow.cost -= cost.applyAsLong(element);
        flow.credit--;
        if (flow.elements.isEmpty()) {
            round.remove(name);
            flows.remove(name);
        } else if (flow.credit == 0) {
            round.remove(name);
            round.addLast(name);
            flow.credit = flow.weight;
        }
    }

    private int weight(String flow) {
        return Math.max(1, weight.applyAsInt(flow));
    }

    /**
     * What is served before another.
     *
     * @param elements how many
     * @param cost what they cost; of a flow of which not all are among them, their share by number
     */
    public record Ahead(int elements, long cost) {
        private Ahead and(Flow<?> flow, long served) {
            long some = Math.min(flow.elements.size(), served);
            return some == 0
                    ? this
                    : new Ahead((int) (elements + some),
                            cost + Math.round((double) flow.cost * some / flow.elements.size()));
        }
    }

    /**
     * Which of those that wait now are served before one that this flow would offer now, if nothing else is offered: a long
     * queue of another flow is not what this one waits for.
     */
    public Ahead ahead(String flow) {
        lock.lock();
        try {
            Flow<T> own = flows.get(flow);
            int before = own == null ? 0 : own.elements.size();
            int weight = own == null ? weight(flow) : own.weight;
            int credit = own == null ? weight : own.credit;
            // How often its turn comes and goes before the one in which this would be served.
            long turns = before < credit ? 0 : 1 + (before - credit) / weight;
            var ahead = own == null ? new Ahead(0, 0) : new Ahead(before, own.cost);
            boolean earlier = true;
            for (String name : round) {
                if (name.equals(flow)) {
                    earlier = false;
                    continue;
                }
                Flow<T> other = Objects.requireNonNull(flows.get(name));
                long theirs = turns + (earlier ? 1 : 0);
                ahead = ahead.and(other, theirs == 0 ? 0 : other.credit + (theirs - 1) * other.weight);
            }
            return ahead;
        } finally {
            lock.unlock();
        }
    }

    /** Takes this very element out, wherever it waits; false if it is not waiting. Linear in the flow's length. */
    public boolean remove(String flow, T element) {
        lock.lock();
        try {
            Flow<T> queue = flows.get(flow);
            if (queue == null || !queue.elements.removeIf(waiting -> waiting == element)) {
                return false;
            }
            size--;
            some = size > 0;
            queue.cost -= cost.applyAsLong(element);
            if (queue.elements.isEmpty()) {
                flows.remove(flow);
                round.remove(flow);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Has all who wait for more look whether that is over. */
    public void wake() {
        lock.lock();
        try {
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many elements wait. */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what is offered from now on; what waits can still be taken. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
