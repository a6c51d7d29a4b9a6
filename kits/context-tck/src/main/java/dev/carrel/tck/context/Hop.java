package dev.carrel.tck.context;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.carrel.context.Context;

/**
 * One way of handing work over, such as {@code submit(Callable)}, and what can be said of it. Immutable.
 *
 * @param name stands in the test's name
 * @param open makes the thing under test
 * @param expected what the work is to see, of the context in which it is handed over
 * @param notApplicable why a cell means nothing here, by cell
 * @param tells whether whoever handed the work over is told that it failed
 * @param interruptsLate whether work that takes longer than its limit is interrupted
 * @param interruptsCancelled whether work is interrupted when whoever handed it over cancels it
 */
public record Hop(String name, Opener open, UnaryOperator<Context> expected, Map<Cell, String> notApplicable,
        boolean tells, boolean interruptsLate, boolean interruptsCancelled) {
    /** Makes the thing under test. */
    @FunctionalInterface
    public interface Opener {
        /** A new one. */
        Subject open(Subject.Setting setting) throws Exception;
    }

    public Hop {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(open, "open");
        Objects.requireNonNull(expected, "expected");
        notApplicable = Map.copyOf(notApplicable);
        notApplicable.forEach((cell, why) -> {
            if (why.isBlank()) {
                throw new IllegalArgumentException(name + ", " + cell + ": say why it does not apply");
            }
        });
    }

    /** A hop whose work sees the context in which it was handed over, and to which every cell applies. */
    public static Hop of(String name, Opener open) {
        return new Hop(name, open, UnaryOperator.identity(), Map.of(), true, false, true);
    }

    /** The same, whose work sees what {@code other} makes of the context in which it was handed over. */
    public Hop expecting(UnaryOperator<Context> other) {
        return new Hop(name, open, other, notApplicable, tells, interruptsLate, interruptsCancelled);
    }

    /** The same, to which {@code cell} does not apply, with the reason, which is reported. */
    public Hop without(Cell cell, String why) {
        return without(Map.of(cell, why));
    }

    /** The same, to which these cells do not apply either, each with its reason. */
    public Hop without(Map<Cell, String> more) {
        Map<Cell, String> all = new EnumMap<>(Cell.class);
        all.putAll(more);
        all.putAll(notApplicable);
        return new Hop(name, open, expected, all, tells, interruptsLate, interruptsCancelled);
    }

    /** The same, which tells nobody that the work failed. */
    public Hop silent() {
        return new Hop(name, open, expected, notApplicable, false, interruptsLate, interruptsCancelled);
    }

    /** The same, which interrupts work that takes longer than its limit. */
    public Hop interruptingLate() {
        return new Hop(name, open, expected, notApplicable, tells, true, interruptsCancelled);
    }

    /** The same, which frees whoever cancels it and leaves the thread alone on which the work runs. */
    public Hop sparingCancelled() {
        return new Hop(name, open, expected, notApplicable, tells, interruptsLate, false);
    }
}
