package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.App;
import dev.carrel.app.EmbeddingInput;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Leases;
import dev.carrel.app.ModelAnswer;
import dev.carrel.app.Models;
import dev.carrel.app.Pools;
import dev.carrel.app.Vectors;
import dev.carrel.batch.Attributes;
import dev.carrel.context.Principal;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.NodeId;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.Arrival;
import dev.carrel.session.DeclaredKey;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.Failure;
import dev.carrel.session.InspectedSession;
import dev.carrel.session.Key;
import dev.carrel.session.Message;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Sessions;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Snapshot;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/**
 * Runs an application on a store. Every operation on a session takes an {@link OwnedSession}, which only
 * {@link Sessions} hands out and only to the owner. Thread-safe.
 */
public final class Engine {
    private static final int SNAPSHOT_TURNS = 500;
    /** How often changes are repeated on newer values before a turn or function gives up. */
    static final int MAX_REBASES = 1_000;

    private final App app;
    private final Chats chats;
    private final Store store;
    private final KeyRing keys;
    private final TimeSource time;
    private final Sessions sessions;
    private final PrincipalSeal seal;
    private final Lanes lanes;
    private final Surroundings surroundings;
    private final Models models;
    private final Functions functions;
    private final LocalSessions here;
    private final LifeCycle life;
    private final Housekeeper housekeeper;
    private final Health health;

    /**
     * How an engine runs.
     *
     * @param lease how long the sessions of a node that died wait for another
     * @param known whether a principal that asked something, maybe long ago and of another node, is one still
     */
    public record Options(Duration lease, Predicate<Principal> known) {
        /** 15 seconds; users are known for good. */
        public static final Options DEFAULT = new Options(Duration.ofSeconds(15), principal -> true);
    }

    /** An engine for this application; {@link #start} it. */
    public Engine(App app, Store store, KeyRing keys, TimeSource time) {
        this(app, store, keys, time, Options.DEFAULT);
    }

    /** An engine for this application; {@link #start} it. */
    public Engine(App app, Store store, KeyRing keys, TimeSource time, Options how) {
        this.app = Objects.requireNonNull(app, "app");
        this.store = Objects.requireNonNull(store, "store");
        this.keys = Objects.requireNonNull(keys, "keys");
        this.time = Objects.requireNonNull(time, "time");
        this.sessions = new Sessions(store, time);
        this.seal = new PrincipalSeal(keys, how.known());
        this.surroundings = new Surroundings(Pools.open(app, time), Leases.open(store.leases(), time, NodeId.random()));
        this.here = new LocalSessions(store, time, session -> lanes().running(session, TurnRun::lost));
        var turnstiles = new Turnstiles();
        var state = new StateWrite(store, turnstiles);
        this.functions = new Functions(app.functions(), store, state, time, surroundings, here);
        this.life = new LifeCycle(store, state, seal, new Callbacks(store, time, seal, surroundings), here,
                app.sessionLimits(), app.listener().orElse(null));
        this.chats = new Chats(app, store, turnstiles, time, seal, surroundings, here, life);
        this.lanes = new Lanes(store, time, how.lease(), app.limits().runningTurns(), chats.restartable(), chats);
        this.housekeeper = new Housekeeper(store, time, app.sessionLimits(), life, here);
        this.health = new Health(store, time);
        this.models = openModels();
    }

    private Models openModels() {
        try {
            return Models.open(app, time);
        } catch (RuntimeException | Error e) {
            surroundings.pools().close();
            throw e;
        }
    }

    /**
     * Takes up the turns that an earlier run of the server left open; serves nobody if the keys are not those of the store's
     * other nodes ({@link #trouble}).
     */
    public void start() {
        Optional<String> disagreement = KeyAgreement.check(store.state(), keys);
        if (disagreement.isPresent()) {
            health.disagrees(disagreement.get());
            return;
        }
        DeclaredKey.leave(store.state(), app.keys());
        lanes.start();
        housekeeper.start();
    }

    /** Used only while sessions end, when there are lanes. */
    private Lanes lanes() {
        return lanes;
    }

    /** The application. */
    public App app() {
        return app;
    }

    /** The application's task pools. */
    public Pools pools() {
        return surroundings.pools();
    }

    /** The application's models. */
    public Models models() {
        return models;
    }

    /**
     * Asks a model in the running context.
     *
     * @param attributes what is known of the request
     * @return the answer, or the beginning of one, which whoever calls this closes
     */
    public ModelAnswer answer(String model, JsonInput request, Attributes attributes) {
        health.requireServing();
        return models.answer(model, request, attributes);
    }

    /**
     * Has a model turn texts into vectors, in the running context.
     *
     * @param dimensions how many numbers a vector shall have; empty for as many as the model makes
     * @param encoding what the caller is sent of them
     * @return that, as JSON
     */
    public String embed(String model, List<EmbeddingInput> texts, OptionalInt dimensions, Vectors.Encoding encoding) {
        health.requireServing();
        return models.embed(model, texts, dimensions, encoding);
    }

    /** The door to sessions. */
    public Sessions sessions() {
        return sessions;
    }

    /**
     * A new session of this principal.
     *
     * @param chat which chat to talk to; null for the first
     * @throws InvalidInputException if there is no such chat
     */
    public OwnedSession create(Principal principal, @Nullable String chat) {
        health.requireServing();
        String name = chat != null ? chat : app.firstChat().orElse("");
        if (!app.chats().containsKey(name)) {
            throw InvalidInputException.field("chat", "is not one of " + app.chats().keySet());
        }
        OwnedSession session = sessions.create(principal, name);
        life.created(session);
        return session;
    }

    /** Takes a message: when this returns, it is stored, and its turn will run. */
    public TurnStore.Accepted post(OwnedSession session, String messageId, String text) {
        health.requireServing();
        if (text.length() > app.limits().messageLength()) {
            throw InvalidInputException.tooLarge("text",
                    "must not be longer than " + app.limits().messageLength() + " characters");
        }
        var message = new Message(messageId, text, time.now());
        Turn turn = Turn.queued(TurnId.random(), session.id(), message, seal.seal(session.principal()));
        Arrival arrival = chats.options(session.session().chat()).arrival();
        TurnStore.Accepted accepted = store.turns().accept(turn, Owner.of(session.principal()), arrival,
                app.limits().openTurns());
        if (arrival == Arrival.INTERRUPT && !accepted.repeated()) {
            lanes.running(session.id(), run -> run.supersededBy(accepted.turn()));
        }
        lanes.wake(session.id());
        return accepted;
    }

    /** The conversation as it stands. */
    public Snapshot snapshot(OwnedSession session) {
        return store.sessions().snapshot(session.id(), SNAPSHOT_TURNS).orElseThrow(Sessions::unknown);
    }

    /** What the session was sent after this event, and what comes; empty if the reader needs a snapshot instead. */
    public Optional<EventStream> stream(OwnedSession session, @Nullable EventId after) {
        return EventStream.open(store.events(), session.id(), after);
    }

    /**
     * Stops a turn that waits or runs; one that has ended stays as it is.
     *
     * @return where the turn stands; one that was running is told, and closes on its own
     */
    public TurnStatus cancel(OwnedSession session, TurnId turn) {
        var stop = new TurnStore.Stop(session.id(), turn, TurnStatus.CANCELLED,
                Failure.of(ErrorCode.CANCELLED, "You stopped this answer."));
        TurnStatus status = store.turns().stop(stop, Owner.of(session.principal()))
                .orElseThrow(() -> new NotFoundException("There is no such turn in this session."));
        if (status.open()) {
            lanes.stop(stop);
            lanes.wake(session.id());
        }
        return status;
    }

    /**
     * Answers what a turn has asked its user.
     *
     * @param ask which of its questions, from 0
     * @param answer any JSON
     */
    public void answer(OwnedSession session, TurnId turn, int ask, String answer) {
        store.turns().answer(session.id(), Owner.of(session.principal()), turn, new Input(ask, answer));
        lanes.wake(session.id());
    }

    /** The last writes of the session's keys, newest first, at most {@code limit}. */
    public List<StateStore.Change> history(OwnedSession session, int limit) {
        return store.state().history(session.id(), limit);
    }

    /** As {@link #history(OwnedSession, int)}, for an operator. */
    public List<StateStore.Change> history(InspectedSession session, int limit) {
        return store.state().history(session.id(), limit);
    }

    /** What the session's key held at that version; empty if it held nothing, or that is no longer known. */
    public Optional<Encoded> valueAt(OwnedSession session, String key, long version) {
        return store.state().valueAt(session.id(), key, version);
    }

    /** As {@link #valueAt(OwnedSession, String, long)}, for an operator. */
    public Optional<Encoded> valueAt(InspectedSession session, String key, long version) {
        return store.state().valueAt(session.id(), key, version);
    }

    /** Deletes the session, whose listener is told; what runs in it is stopped. */
    public void delete(OwnedSession session) {
        if (!life.delete(session.id(), session.principal())) {
            throw Sessions.unknown();
        }
    }

    /**
     * Calls a function in the running context, which must be its owner's.
     *
     * @return what it returned, as JSON; empty if nothing
     */
    public Optional<String> call(OwnedSession session, String name, JsonInput input) {
        health.requireServing();
        return functions.call(session, name, input);
    }

    /** A stream of the session's events was opened; the listener is told. Close it when the stream is closed. */
    public interface Connection extends AutoCloseable {
        /** The stream is closed. Closing twice is closing once. */
        @Override
        void close();
    }

    /**
     * Tells the listener that a stream of the session was opened, and waits until it was told.
     *
     * @param resumes whether the client named an event from which it goes on
     */
    public Connection connected(OwnedSession session, boolean resumes) {
        return life.connected(session, resumes);
    }

    /** The keys of its state that the application declares. */
    public List<Key> keys() {
        return app.keys();
    }

    /**
     * Ends all sessions of this user and removes all that is kept under the user's own keys; what runs is stopped.
     *
     * @return how many sessions and keys it were
     */
    public int erase(Owner owner) {
        return life.erase(owner) + store.state().erase(new Place.OfUser(owner));
    }

    /** Whether messages are taken: this node has the right keys and does not stop, and its store works. */
    public boolean ready() {
        return trouble().isEmpty();
    }

    /** Why this node is not {@link #ready}, in words for its operator; empty if it is. */
    public Optional<String> trouble() {
        return health.trouble();
    }

    /** Takes nothing more from now on; what runs goes on. */
    public void refuse() {
        health.stops();
    }

    /**
     * Stops: turns that run may finish within {@code grace}, the others are closed as interrupted; turns that wait stay
     * queued in the store. Then what sessions have on this node is closed, the models, which answer first what they were
     * asked, and the task pools, in which work may go on that turns left behind. Waits until all is closed.
     */
    public void stop(Duration grace) {
        refuse();
        lanes.stop();
        housekeeper.stop();
        awaitIdle(grace, () -> lanes.each(TurnRun::interruptIfAsking));
        // Again and again: a lane may have claimed its turn just before it was told to claim no more.
        awaitIdle(Duration.ofSeconds(10), () -> lanes.each(TurnRun::interrupt));
        here.close();
        models.close();
        surroundings.pools().close();
    }

    private void awaitIdle(Duration limit, Runnable meanwhile) {
        long end = System.nanoTime() + limit.toNanos();
        while (!lanes.idle() && System.nanoTime() < end) {
            meanwhile.run();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
