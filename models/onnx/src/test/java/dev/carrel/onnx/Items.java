package dev.carrel.onnx;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.context.Context;

/** Items as a batcher makes them, so that a model can be run on the thread of a test. */
final class Items {
    private Items() {}

    /** One for each input, of nobody. */
    static <I> List<Item<I>> of(List<I> inputs) throws InterruptedException {
        List<Item<I>> items = new ArrayList<>();
        for (I input : inputs) {
            items.add(of(Context.root(), input));
        }
        return items;
    }

    /** What somebody asks in this context. */
    static <I> Item<I> of(Context context, I input) throws InterruptedException {
        try (var batcher = Batcher.<I, Item<I>>of("items",
                items -> items.stream().map(item -> item.<Item<I>>ok(item)).toList()).start()) {
            return context.call(() -> batcher.call(input));
        }
    }
}
