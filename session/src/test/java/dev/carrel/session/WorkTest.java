package dev.carrel.session;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.error.FailedException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a turn or function changes, until it is written: seen by itself, by nobody else, and never lost to another. */
class WorkTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);
    private static final StateKey<String> NAME = StateKey.of("name", "nobody");
    private static final ListKey<String> NOTES = ListKey.of(Scope.USER, "notes", String.class);
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final Authority AUTHORITY = Authority.named("test");

    private final MemoryStore store = new MemoryStore(TimeSource.system());
    private final Principal alice = AUTHORITY.user("school", "alice", "Alice", Set.of());
    private final Principal bob = AUTHORITY.user("school", "bob", "Bob", Set.of());
    private SessionId session = SessionId.random();

    @BeforeEach
    void create() {
        session = new Sessions(store, TimeSource.system()).create(alice, "chat").id();
    }

    private Work work() {
        return work(alice);
    }

    private Work work(Principal who) {
        return new Work(store, TimeSource.system(), session, Owner.of(who), Locals.none());
    }

    private Set<String> write(Work work) {
        return store.state().write(session, Owner.of(alice), "test", work.changes());
    }

    @Test
    void changes_are_seen_by_the_work_that_makes_them_and_by_others_once_written() {
        Work work = work();
        work.update(COUNT, n -> n + 1);
        work.set(NAME, "alice");
        assertThat(work.get(COUNT)).isEqualTo(1);
        assertThat(work().get(COUNT)).isZero();
        assertThat(write(work)).isEmpty();
        assertThat(work().get(COUNT)).isEqualTo(1);
        assertThat(work().get(NAME)).isEqualTo("alice");
        Work removing = work();
        removing.remove(NAME);
        assertThat(removing.get(NAME)).isEqualTo("nobody");
        write(removing);
        assertThat(work().get(NAME)).isEqualTo("nobody");
        assertThat(work().changes().isEmpty()).isTrue();
    }

    @Test
    void updates_run_again_on_what_another_has_written_and_a_set_overwrites() {
        Work work = work();
        work.update(COUNT, n -> n + 1);
        work.update(COUNT, n -> n * 10);
        work.set(NAME, "mine");
        Work other = work();
        other.update(COUNT, n -> n + 5);
        other.set(NAME, "theirs");
        assertThat(write(other)).isEmpty();
        Set<String> conflicts = write(work);
        assertThat(conflicts).containsExactlyInAnyOrder("count", "name");
        work.rebase(conflicts);
        assertThat(write(work)).isEmpty();
        assertThat(work().get(COUNT)).isEqualTo(60);
        assertThat(work().get(NAME)).isEqualTo("mine");
    }

    @Test
    void an_update_that_runs_again_sees_the_context_in_which_it_was_made() {
        Work work = work();
        Context.root().with(COURSE, "chemistry")
                .run(() -> work.update(NAME, name -> name + " of " + Context.current().get(COURSE)));
        Work other = work();
        other.set(NAME, "carol");
        write(other);
        work.rebase(write(work));
        assertThat(write(work)).isEmpty();
        assertThat(work().get(NAME)).isEqualTo("carol of chemistry");
    }

    @Test
    void what_was_removed_and_set_again_counts_as_it_was_last() {
        Work work = work();
        work.set(COUNT, 7);
        work.remove(COUNT);
        work.update(COUNT, n -> n + 1);
        Work other = work();
        other.set(COUNT, 100);
        write(other);
        work.rebase(write(work));
        write(work);
        assertThat(work().get(COUNT)).isEqualTo(1);
    }

    @Test
    void two_keys_of_one_name_are_a_mistake_that_is_told() {
        Work work = work();
        work.get(COUNT);
        assertThatThrownBy(() -> work.get(StateKey.of("count", 5))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("count");
        assertThatThrownBy(() -> StateKey.of("a b", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_stored_value_that_cannot_be_read_says_nothing_of_it() {
        store.state().write(session, Owner.of(alice), "test", new Changes(
                List.of(new Changes.Put("count", 0, new Encoded("Integer", 1, "\"secret 4711\""), null)), List.of()));
        assertThatThrownBy(() -> work().get(COUNT)).isInstanceOf(FailedException.class)
                .hasMessageNotContaining("4711");
    }

    @Test
    void a_users_list_is_their_own_across_sessions() {
        Work work = work();
        var one = work.append(NOTES, "one");
        assertThat(work.list(NOTES)).containsExactly(one);
        assertThat(work().list(NOTES)).isEmpty();
        write(work);
        assertThat(work(bob).list(NOTES)).isEmpty();
        assertThat(work(bob).remove(NOTES, one.id())).isFalse();
        Work again = work();
        assertThat(again.list(NOTES)).extracting(State.Entry::value).containsExactly("one");
        again.append(NOTES, "two");
        assertThat(again.remove(NOTES, one.id())).isTrue();
        assertThat(again.remove(NOTES, one.id())).isFalse();
        write(again);
        assertThat(work().list(NOTES)).extracting(State.Entry::value).containsExactly("two");
    }

    @Test
    void what_follows_a_commit_runs_once_and_in_its_own_context() {
        Work work = work();
        var ran = new AtomicInteger();
        Context.root().with(COURSE, "chemistry")
                .run(() -> work.afterCommit(() -> ran.addAndGet(Context.current().get(COURSE).length())));
        assertThat(ran).hasValue(0);
        work.committed();
        work.committed();
        assertThat(ran).hasValue("chemistry".length());
    }

    @Test
    void a_session_opens_to_its_owner_only_and_looks_like_none_to_others() {
        var door = new Sessions(store, TimeSource.system());
        Principal namesake = AUTHORITY.user("college", "alice", "Alice", Set.of());
        assertThat(door.open(alice, session).id()).isEqualTo(session);
        String unknown = "";
        try {
            door.open(alice, SessionId.random());
        } catch (NotFoundException e) {
            unknown = String.valueOf(e.getMessage());
        }
        for (Principal other : List.of(bob, namesake, AUTHORITY.visitor("school", "alice2"))) {
            assertThatThrownBy(() -> door.open(other, session)).isInstanceOf(NotFoundException.class)
                    .hasMessage(unknown);
            assertThat(door.over(other, session)).contains("moved");
            assertThat(door.list(other, 10)).isEmpty();
        }
    }

    @Test
    void a_message_is_checked_field_by_field() {
        assertThat(new Message("A-z_9", "text", Instant.EPOCH).id()).isEqualTo("A-z_9");
        assertThatThrownBy(() -> new Message("a.b", "text", Instant.EPOCH)).hasMessageContaining("must be 1 to 64");
        assertThatThrownBy(() -> new Message("a", "\u2003 \n", Instant.EPOCH)).hasMessageContaining("empty");
        assertThatThrownBy(() -> new Message("a", "\udc00", Instant.EPOCH)).hasMessageContaining("Unicode");
    }
}
