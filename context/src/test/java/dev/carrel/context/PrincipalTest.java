package dev.carrel.context;

import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.error.AccessException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.MissingContextException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An assertion for application code: who is asking is who is expected. */
class PrincipalTest {
    private static final Authority LOGIN = Authority.named("test");
    private static final Principal ALICE = LOGIN.user("school", "alice", "Alice", Set.of());
    private static final Principal BOB = LOGIN.user("school", "bob", "Bob", Set.of());

    @Test
    void what_is_somebodys_is_required_to_be_of_whoever_asks() {
        LOGIN.bind(Context.root(), ALICE).run(() -> {
            Principal.require(ALICE);
            assertThatThrownBy(() -> Principal.require(BOB)).isInstanceOfSatisfying(AccessException.class,
                    refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN))
                    .hasMessageNotContainingAny("alice", "bob");
        });
    }

    @Test
    void where_nobody_asks_nobody_is_required() {
        assertThatThrownBy(() -> Principal.require(ALICE)).isInstanceOf(MissingContextException.class);
    }
}
