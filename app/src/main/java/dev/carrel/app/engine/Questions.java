package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Cancellation;
import dev.carrel.error.CarrelException;
import dev.carrel.session.Event;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Store;

/**
 * What an attempt asks its user, and the answers: those that earlier attempts got, and those that come. It waits for news of
 * the session's log, on the handler's own thread; in case the news gets lost, it looks now and then. To be used by one thread.
 */
final class Questions {
    private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Store store;
    private final Claim claim;
    private final Map<Integer, String> answers = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private int asked;

    Questions(Store store, Claim claim) {
        this.store = store;
        this.claim = claim;
        claim.inputs().forEach(this::take);
    }

    private void take(Input input) {
        answers.put(input.ask(), input.json());
    }

    /** The number of the next question. */
    int next() {
        return asked++;
    }

    /** The answer, if it is known. */
    Optional<String> known(int ask) {
        return Optional.ofNullable(answers.get(ask));
    }

    /**
     * Waits until the question is answered.
     *
     * @throws dev.carrel.error.CancelledException if the turn is stopped first
     */
    String await(int ask, Cancellation cancellation) {
        EventLog.Subscription subscription = store.events().subscribe(claim.turn().session(), new News());
        Cancellation.Registration stop = cancellation.onRequest(news::release);
        try {
            while (true) {
                Optional<String> answer = look(ask);
                if (answer.isPresent()) {
                    return answer.get();
                }
                cancellation.throwIfRequested();
                if (news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancellation.throwIfRequested();
            throw new IllegalStateException("interrupted while it waited for its user", e);
        } finally {
            stop.close();
            subscription.close();
        }
    }

    private Optional<String> look(int ask) {
        if (!answers.containsKey(ask)) {
            try {
                store.turns().inputs(claim.turn().session(), claim.turn().id()).forEach(this::take);
            } catch (CarrelException e) {
                LOG.warn("turn {}: its store does not say whether it was answered: {}", claim.turn().id(),
                        e.getMessage());
            }
        }
        return known(ask);
    }

    private final class News implements EventLog.Listener {
        @Override
        public void logged(List<StoredEvent> events) {
            for (StoredEvent event : events) {
                if (event.kind().equals("answered") && event.event() instanceof Event.Answered answered
                        && answered.turn().equals(claim.turn().id())) {
                    answers.put(answered.ask(), answered.json());
                    news.release();
                }
            }
        }

        @Override
        public void changed() {
            news.release();
        }

        @Override
        public void ended(String reason) {
            news.release();
        }
    }
}
