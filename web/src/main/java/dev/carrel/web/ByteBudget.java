package dev.carrel.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;

/**
 * How many bytes of bodies and answers the server holds at once, those of all requests together. Nobody may hold more than is left
 * free for everybody else: one alone comes to no more than half of it, and whoever comes with little finds room beside any of them.
 * Thread-safe.
 *
 * <p>Source: dynamic queue length thresholds as in Choudhury and Hahne (1998), with a factor of one.
 */
final class ByteBudget {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final long most;
    private final Map<Sender, Long> held = new HashMap<>();
    private long all;

    /** One of so many bytes. */
    ByteBudget(long most) {
        if (most < 1) {
            throw new IllegalArgumentException("a budget must have at least 1 byte, not " + most);
        }
        this.most = most;
    }

    /** What a request of this sender's holds, which is nothing yet. To be closed with the request. */
    Share share(Sender sender) {
        return new Share(sender);
    }

    private synchronized void take(Sender sender, long bytes) {
        long own = held.getOrDefault(sender, 0L) + bytes;
        if (own > most - all - bytes) {
            throw new OverloadedException("More is on its way to or from this server than it can hold now.", SOON);
        }
        held.put(sender, own);
        all += bytes;
    }

    private synchronized void giveBack(Sender sender, long bytes) {
        held.computeIfPresent(sender, (same, own) -> own == bytes ? null : own - bytes);
        all -= bytes;
    }

    /** What one request holds. For that request's thread. */
    final class Share implements AutoCloseable {
        /** An answer of no more than this takes no room: it is about what a connection needs anyway. */
        static final int SMALL = 64 * 1024;

        private final Sender sender;
        private long bytes;
        private long answer;

        private Share(Sender sender) {
            this.sender = sender;
        }

        /**
         * Holds so many bytes more.
         *
         * @throws OverloadedException if that is more than there is room for; then it holds what it held
         */
        void take(long more) {
            if (more > 0) {
                ByteBudget.this.take(sender, more);
                bytes += more;
            }
        }

        /**
         * Holds an answer that has come to so many bytes, all of it.
         *
         * @throws OverloadedException if that is more than there is room for now; then it holds what it held
         * @throws InvalidInputException if there never will be
         */
        void answer(long length) {
            if (length <= SMALL || length <= answer) {
                return;
            }
            // Of one that grows bit by bit, not every bit is worth a question.
            long rounded = Math.ceilDiv(length, SMALL) * SMALL;
            if (bytes - answer + rounded > most / 2) {
                throw InvalidInputException.tooLarge(null, "The answer would have " + length
                        + " bytes, more than this server holds for anybody: ask for less at once.");
            }
            take(rounded - answer);
            answer = rounded;
        }

        /** Holds nothing any more. */
        @Override
        public void close() {
            if (bytes > 0) {
                giveBack(sender, bytes);
                bytes = 0;
            }
        }
    }
}
