package dev.carrel.web;

import java.time.Duration;

import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.queue.Budget;

/**
 * How many bytes of bodies and answers the server holds at once, those of all requests together. Nobody may hold more than is left
 * free for everybody else: one alone comes to no more than half of it, and whoever comes with little finds room beside any of them.
 * Thread-safe.
 */
final class ByteBudget {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final long most;
    private final Budget<Sender> bytes;

    /** One of so many bytes. */
    ByteBudget(long most) {
        this.most = most;
        bytes = new Budget<>(most);
    }

    /** What a request of this sender's holds, which is nothing yet. To be closed with the request. */
    Share share(Sender sender) {
        return new Share(sender);
    }

    /** What one request holds. For that request's thread. */
    final class Share implements AutoCloseable {
        /** An answer of no more than this takes no room: it is about what a connection needs anyway. */
        static final int SMALL = 64 * 1024;

        private final Sender sender;
        private long held;
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
                if (!bytes.take(sender, more)) {
                    throw new OverloadedException("More is on its way to or from this server than it can hold now.",
                            SOON);
                }
                held += more;
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
            if (held - answer + rounded > most / 2) {
                throw InvalidInputException.tooLarge(null, "The answer would have " + length
                        + " bytes, more than this server holds for anybody: ask for less at once.");
            }
            take(rounded - answer);
            answer = rounded;
        }

        /** Holds nothing any more. */
        @Override
        public void close() {
            if (held > 0) {
                bytes.giveBack(sender, held);
                held = 0;
            }
        }
    }
}
