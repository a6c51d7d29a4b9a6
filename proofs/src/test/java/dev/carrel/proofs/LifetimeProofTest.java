package dev.carrel.proofs;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.error.EndedContextException;

import static dev.carrel.proofs.Interleavings.all;
import static dev.carrel.proofs.Interleavings.check;
import static dev.carrel.proofs.Interleavings.together;

/** A lifetime ends once, and a read that begins after its end fails. */
class LifetimeProofTest {
    private static final ContextKey<String> DRAFT = ContextKey.of("draft", Kind.TURN);

    /** So that no class of the JDK that writes the message is initialised in the middle of a program. */
    @BeforeAll
    static void a_message_was_written_before() {
        Lifetime turn = Lifetime.begin(Kind.TURN, "turn 0");
        Context context = turn.bind(Context.root()).with(DRAFT, "a draft");
        turn.end();
        read(context, new AtomicBoolean(true), turn);
    }

    @Test
    void one_of_several_ends_it() {
        all(() -> {
            Lifetime turn = Lifetime.begin(Kind.TURN, "turn 1");
            var ended = new AtomicInteger();
            Runnable end = () -> ended.addAndGet(turn.end() ? 1 : 0);
            together(end, end, end);
            check(ended.get() == 1, ended.get() + " ended it");
            check(turn.endedAt().isPresent(), "nobody knows when");
        });
    }

    @Test
    void a_read_that_begins_after_the_end_fails_and_one_that_fails_knows_the_end() {
        all(() -> {
            Lifetime turn = Lifetime.begin(Kind.TURN, "turn 1");
            Context context = turn.bind(Context.root()).with(DRAFT, "a draft");
            var ended = new AtomicBoolean();
            together(() -> {
                turn.end();
                ended.set(true);
            }, () -> read(context, ended, turn));
        });
    }

    private static void read(Context context, AtomicBoolean ended, Lifetime turn) {
        boolean before = ended.get();
        try {
            check(context.get(DRAFT).equals("a draft"), "another value");
            check(!before, "read after its end");
        } catch (EndedContextException e) {
            check(turn.ended() && turn.endedAt().isPresent(), "failed before its end");
        }
    }
}
