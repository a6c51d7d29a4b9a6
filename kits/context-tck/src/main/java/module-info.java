/** Beside the house: what everything that hands work over must do with the context, as tests to extend. */
module dev.carrel.tck.context {
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;

    exports dev.carrel.tck.context;
}
