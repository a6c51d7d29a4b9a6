/**
 * Floor 1: sessions, their turns, events and state, and the ports that stores fill. Knows neither HTTP nor SQL.
 */
module dev.carrel.session {
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;
    requires tools.jackson.databind;

    exports dev.carrel.session;
    exports dev.carrel.session.memory;
    exports dev.carrel.session.store;
}
