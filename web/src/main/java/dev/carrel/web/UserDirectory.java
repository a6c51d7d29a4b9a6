package dev.carrel.web;

import java.util.Optional;

/**
 * Who can sign in. Asked at every request whether the user is still there, so {@link #find} must be quick; thread-safe.
 */
public interface UserDirectory {
    /** The user of this id. */
    Optional<User> find(String id);

    /** The user, if the password is theirs. Takes as long for a user who does not exist as for one who does. */
    Optional<User> verify(String id, String password);

    /** Nobody can sign in. */
    static UserDirectory none() {
        return new UserDirectory() {
            @Override
            public Optional<User> find(String id) {
                return Optional.empty();
            }

            @Override
            public Optional<User> verify(String id, String password) {
                return Optional.empty();
            }
        };
    }
}
