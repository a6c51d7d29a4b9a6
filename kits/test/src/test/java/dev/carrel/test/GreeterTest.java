package dev.carrel.test;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of the README. */
@ExtendWith(StrictContexts.class)
class GreeterTest {
    private final Greeter greeter = new Greeter();

    @Test
    void everybody_is_greeted_by_their_own_name() {
        Users.many(200).ofTenants(5).run(user -> user.answered(greeter.greet(user.canary())));
    }
}
