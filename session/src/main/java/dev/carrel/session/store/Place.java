package dev.carrel.session.store;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;

/** Where state lies: whose it is. The same key in two places is two values. */
public sealed interface Place {
    /** Which of the scopes it is. */
    Scope scope();

    /** In a session. */
    record OfSession(SessionId session) implements Place {
        @Override
        public Scope scope() {
            return Scope.SESSION;
        }
    }

    /** With a user. */
    record OfUser(Owner owner) implements Place {
        @Override
        public Scope scope() {
            return Scope.USER;
        }
    }

    /** With a tenant. */
    record OfTenant(String tenant) implements Place {
        @Override
        public Scope scope() {
            return Scope.TENANT;
        }
    }

    /** With the application: the store's only one. */
    record OfApplication() implements Place {
        @Override
        public Scope scope() {
            return Scope.APPLICATION;
        }
    }
}
