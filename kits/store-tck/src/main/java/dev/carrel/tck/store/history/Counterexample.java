package dev.carrel.tck.store.history;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.carrel.tck.store.history.Search.Verdict;

/**
 * The part of a history that no order explains: up to the first answer that cannot be explained, without what changed
 * nothing and does not matter. Calls that had no answer by then are in it as not known.
 *
 * @param calls in the order of the calls
 * @param longest an order of as many of them as could be placed
 */
public record Counterexample<S, I>(Model<S, I> model, List<Call<I>> calls, List<Call<I>> longest) {
    private static final int SHOWN = 40;

    public Counterexample {
        calls = List.copyOf(calls);
        longest = List.copyOf(longest);
    }

    /** Why the model does not explain these calls; empty if it does. */
    static <S, I> Optional<Counterexample<S, I>> find(Model<S, I> model, List<Call<I>> calls) {
        return switch (calls.isEmpty() ? Verdict.EXPLAINED : new Search<>(model, calls).verdict()) {
            case EXPLAINED -> Optional.empty();
            case UNDECIDED -> throw new IllegalStateException("a history of " + calls.size()
                    + " operations is too wide to decide: use fewer threads or fewer operations on one key");
            case REFUTED -> {
                List<Call<I>> least = needed(model, shortest(model, calls));
                var search = new Search<>(model, least);
                search.verdict();
                yield Optional.of(new Counterexample<>(model, least, search.longest()));
            }
        };
    }

    private static <S, I> boolean refuted(Model<S, I> model, List<Call<I>> calls) {
        return !calls.isEmpty() && new Search<>(model, calls).verdict() == Verdict.REFUTED;
    }

    /** The history up to the first answer that nothing explains: if a history can be explained, each beginning of it can. */
    private static <S, I> List<Call<I>> shortest(Model<S, I> model, List<Call<I>> calls) {
        long[] answers = calls.stream().filter(call -> call.reply() != null).mapToLong(Call::answered).sorted()
                .toArray();
        int good = 0;
        int bad = answers.length;
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (refuted(model, until(calls, answers[middle - 1]))) {
                bad = middle;
            } else {
                good = middle;
            }
        }
        return until(calls, answers[bad - 1]);
    }

    private static <I> List<Call<I>> until(List<Call<I>> calls, long moment) {
        return calls.stream().filter(call -> call.called() < moment).map(call -> call.at(moment)).toList();
    }

    /**
     * Leaves out what changes nothing, as long as the rest cannot be explained, in pieces that get smaller. Anything else
     * may be just what is missing to explain the rest.
     */
    private static <S, I> List<Call<I>> needed(Model<S, I> model, List<Call<I>> calls) {
        List<Call<I>> needed = calls;
        List<Call<I>> harmless = calls.stream()
                .filter(call -> model.changesNothing(call.operation(), call.reply())).toList();
        for (int size = harmless.size(); size > 0; size /= 2) {
            for (int from = 0; from < harmless.size(); from += size) {
                List<Call<I>> piece = harmless.subList(from, Math.min(from + size, harmless.size()));
                List<Call<I>> rest = needed.stream().filter(call -> !piece.contains(call)).toList();
                if (rest.size() < needed.size() && refuted(model, rest)) {
                    needed = rest;
                }
            }
        }
        return needed;
    }

    @Override
    public String toString() {
        S state = model.initial();
        for (Call<I> call : longest) {
            state = model.apply(state, call.operation()).state();
        }
        S end = state;
        return "no order of these " + calls.size() + " operations explains every answer (called at, answered at)\n"
                + lines(calls.stream().map(this::line).toList())
                + "as far as an order fits, " + longest.size() + " of them\n"
                + lines(longest.stream().map(Call::toString).toList()) + "they leave " + end
                + ", and none of these can be next\n"
                + calls.stream().filter(call -> longest.stream().noneMatch(one -> one.equals(call)))
                        .map(call -> "  " + call + ", but would answer " + model.apply(end, call.operation()).reply()
                                + "\n")
                        .collect(Collectors.joining());
    }

    private String line(Call<I> call) {
        return "[" + call.called() + ", " + (call.answered() == Call.NEVER ? "..." : call.answered()) + "] " + call;
    }

    /** The last of these lines, which are those that matter. */
    private static String lines(List<String> all) {
        int hidden = Math.max(0, all.size() - SHOWN);
        return (hidden == 0 ? "" : "  ... " + hidden + " before these\n")
                + all.stream().skip(hidden).map(line -> "  " + line + "\n").collect(Collectors.joining());
    }
}
