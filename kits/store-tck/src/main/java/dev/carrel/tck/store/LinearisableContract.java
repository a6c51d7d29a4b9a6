package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

import org.junit.jupiter.api.Test;

import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;
import dev.carrel.tck.store.history.AppendList;
import dev.carrel.tck.store.history.Counter;
import dev.carrel.tck.store.history.FirstValue;
import dev.carrel.tck.store.history.History;
import dev.carrel.tck.store.history.Model;
import dev.carrel.tck.store.history.Reply;
import dev.carrel.tck.store.history.VersionedRegister;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * What concurrent callers of one key were answered is what they would have been answered one after another
 * ({@link dev.carrel.tck.store.history}).
 */
public interface LinearisableContract extends StateSubject {
    /** Callers of one key. */
    int THREADS = 6;
    /** What each of them asks. */
    int EACH = 40;

    /** Has many callers use the keys of some places at once, and looks for an order that explains each key's answers. */
    private <S, I> void explained(Model<S, I> model, List<Key> keys, BiFunction<Random, Integer, I> operations,
            BiFunction<Key, I, Reply> store) {
        List<History<I>> histories = new ArrayList<>();
        keys.forEach(key -> histories.add(new History<>()));
        Together.run(THREADS, me -> {
            var random = new Random(31 * me + 7);
            for (int i = 0; i < EACH * keys.size(); i++) {
                int key = random.nextInt(keys.size());
                I operation = operations.apply(random, me * 1_000 + i);
                histories.get(key).call(me, operation, () -> store.apply(keys.get(key), operation));
            }
        });
        for (Key key : keys) {
            explain(key, histories.get(keys.indexOf(key)), model);
        }
    }

    private static <S, I> void explain(Object key, History<I> history, Model<S, I> model) {
        assertThat(history.calls()).isNotEmpty();
        history.refute(model).ifPresent(why -> fail(key + ": " + why));
    }

    /** A key, and the sessions that change it. */
    record Key(List<SessionId> sessions, Place place, String name) {
        SessionId session() {
            return sessions.get(ThreadLocalRandom.current().nextInt(sessions.size()));
        }
    }

    private List<Key> keys() {
        List<SessionId> sessions = List.of(session(), session(), session(), session());
        List<Key> keys = new ArrayList<>();
        for (Place place : places(sessions.getFirst())) {
            keys.add(new Key(place instanceof Place.OfSession ? List.of(sessions.getFirst()) : sessions, place, "one"));
        }
        keys.add(new Key(sessions, new Place.OfUser(ALICE), "two"));
        return keys;
    }

    private Reply done(Key key, Changes.Operation operation) {
        operate(key.session(), operation);
        return Reply.Word.DONE;
    }

    private Reply register(Key key, VersionedRegister.Operation operation) {
        return switch (operation) {
            case VersionedRegister.Put put -> written(key, put.expected(), put.value());
            case VersionedRegister.Read _ -> {
                Versioned found = read(key.place(), key.name());
                yield VersionedRegister.held(found.version(), found.value() == null ? null : found.value().json());
            }
            case VersionedRegister.End _ ->
                store().sessions().ending(key.session(), EndReason.DELETED, null, null).isPresent()
                        ? Reply.Word.DONE
                        : Reply.Word.GONE;
        };
    }

    private Reply written(Key key, long expected, String json) {
        try {
            return write(key.session(), change(key.name(), expected, json)).isEmpty()
                    ? Reply.Word.DONE
                    : Reply.Word.CONFLICT;
        } catch (NotFoundException _) {
            return Reply.Word.GONE;
        }
    }

    @Test
    default void what_was_read_and_then_written_has_an_order_until_the_session_ends_and_after() {
        for (int round = 0; round < 8; round++) {
            SessionId session = session();
            var key = new Key(List.of(session), new Place.OfSession(session), "key");
            var history = new History<VersionedRegister.Operation>();
            var first = new VersionedRegister.Put(0, "\"first\"");
            history.call(0, first, () -> register(key, first));
            int end = 4 * round;
            Together.run(THREADS, me -> {
                for (int i = 0; i < EACH / 2; i++) {
                    if (me == 0 && i == end) {
                        history.call(me, new VersionedRegister.End(),
                                () -> register(key, new VersionedRegister.End()));
                    }
                    var read = history.call(me, new VersionedRegister.Read(), () -> {
                        boolean there = store().sessions().find(session).isPresent();
                        Versioned found = read(key.place(), key.name());
                        // The key was written before all this: without a version, it is its session that is not there.
                        return there && found.version() > 0
                                ? VersionedRegister.held(found.version(), json(found))
                                : Reply.Word.GONE;
                    }).orElseThrow();
                    if (read instanceof Reply.Value(VersionedRegister.Held held)) {
                        var put = new VersionedRegister.Put(held.version(), "\"" + me + "." + i + "\"");
                        history.call(me, put, () -> register(key, put));
                    }
                }
            });
            explain(key, history, new VersionedRegister());
            end(session);
        }
    }

    private static String json(Versioned found) {
        return found.value() == null ? "" : found.value().json();
    }

    @Test
    default void increments_and_reads_of_one_key_have_an_order() {
        this.<Long, Counter.Operation>explained(new Counter(), keys(),
                (random, n) -> random.nextBoolean()
                        ? new Counter.Read()
                        : new Counter.Increment(random.nextInt(5) - 1),
                (key, operation) -> switch (operation) {
                    case Counter.Increment it -> done(key, increment(key.place(), key.name(), it.by()));
                    case Counter.Read _ -> {
                        String found = json(key.place(), key.name());
                        yield Reply.of(found == null ? 0L : Long.parseLong(found));
                    }
                });
    }

    @Test
    default void appends_removals_and_reads_of_one_list_have_an_order() {
        this.<List<String>, AppendList.Operation>explained(new AppendList(), keys(), (random, n) -> {
            String id = "e" + random.nextInt(6);
            return switch (random.nextInt(6)) {
                case 0 -> new AppendList.Remove(id);
                case 1, 2 -> new AppendList.Append(id);
                default -> new AppendList.Read();
            };
        }, (key, operation) -> switch (operation) {
            case AppendList.Append it -> done(key, append(key.place(), key.name(), it.id()));
            case AppendList.Remove it -> done(key, new Changes.RemoveEntry(key.place(), key.name(), it.id()));
            case AppendList.Read _ -> Reply.of(entries(key.place(), key.name()));
        });
    }

    @Test
    default void first_values_removals_and_reads_of_one_key_have_an_order() {
        this.<Optional<String>, FirstValue.Operation>explained(new FirstValue(), keys(),
                (random, n) -> switch (random.nextInt(6)) {
                    case 0 -> new FirstValue.Remove();
                    case 1, 2 -> new FirstValue.PutIfAbsent("" + n);
                    default -> new FirstValue.Read();
                }, (key, operation) -> switch (operation) {
                    case FirstValue.PutIfAbsent it -> done(key, putIfAbsent(key.place(), key.name(), it.value()));
                    case FirstValue.Remove _ -> done(key, new Changes.Remove(key.place(), key.name()));
                    case FirstValue.Read _ -> Reply.of(Optional.ofNullable(json(key.place(), key.name())));
                });
    }
}
