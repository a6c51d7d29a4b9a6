/** Beside the house: what every store must do, as tests to extend. */
module dev.carrel.tck.store {
    requires transitive dev.carrel.session;
    requires transitive dev.carrel.test;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;

    exports dev.carrel.tck.store;
    exports dev.carrel.tck.store.history;
}
