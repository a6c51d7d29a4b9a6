/** Beside the house: each operator of a Reactor pipeline runs in its subscriber's Carrel context. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // no library here has a descriptor
module dev.carrel.integrations.reactor {
    requires transitive dev.carrel.integrations.micrometer;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive org.jspecify;

    exports dev.carrel.integrations.reactor;
}
