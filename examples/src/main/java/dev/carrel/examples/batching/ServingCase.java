package dev.carrel.examples.batching;

import java.util.List;
import java.util.function.Function;

import dev.carrel.examples.batching.Serving.Predictor;
import dev.carrel.examples.batching.Serving.Request;
import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Crowd;
import dev.carrel.examples.driver.User;

/** Everybody sends a request while the first batch is at the model; so the next batches are full. */
public final class ServingCase implements Case<Serving> {
    private static final int MAX_BATCH = 50;

    @Override
    public String title() {
        return "Batched model serving";
    }

    @Override
    public String origin() {
        return "LitServe";
    }

    @Override
    public Serving usual(Crowd crowd) {
        return new BusyModel(crowd, model -> new UsualServing(model, MAX_BATCH)).program;
    }

    @Override
    public Serving carrel(Crowd crowd) {
        return new BusyModel(crowd, model -> new CarrelServing(model, MAX_BATCH)).program;
    }

    @Override
    public String visit(Serving program, Crowd crowd, User user) throws InterruptedException {
        crowd.arrive();
        return program.serve(new Request("Dear reader", user.word()));
    }

    @Override
    public String asked() {
        return "sent a letter to be signed with their word";
    }

    /** A model that is still busy with the first batch of a wave when the last request of the wave is queued. */
    private static final class BusyModel implements Predictor {
        private final Crowd crowd;
        private final Serving program;
        private int taken; // of this wave; read and written by the one worker

        BusyModel(Crowd crowd, Function<Predictor, Serving> way) {
            this.crowd = crowd;
            this.program = way.apply(this);
        }

        @Override
        public List<String> predict(List<String> texts) {
            crowd.awaitEverybody();
            taken += texts.size();
            // Everybody has sent a request, and the last ones are on their way into the queue.
            crowd.awaitThat(() -> taken + program.waiting() == crowd.users().size());
            taken %= crowd.users().size();
            return texts.stream().map(text -> text + ", thank you.").toList();
        }
    }
}
