package dev.carrel.session;

/** Whose state a key is: who shares its value. */
public enum Scope {
    /** One conversation's. It changes with its turns, in one step with their answers. */
    SESSION("session"),
    /** One user's, across their sessions. */
    USER("user"),
    /** All users' of one tenant: declare it only for what all of them may know. */
    TENANT("tenant"),
    /** Everybody's, all tenants included: declare it only for what anybody may know. */
    APPLICATION("application");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** The scope as it stands on the wire and in stores. */
    public String text() {
        return text;
    }
}
