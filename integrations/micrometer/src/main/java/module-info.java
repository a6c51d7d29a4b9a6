/** Beside the house: Carrel contexts travel with Micrometer context propagation. */
@SuppressWarnings("requires-transitive-automatic") // context-propagation has no descriptor
module dev.carrel.integrations.micrometer {
    requires transitive context.propagation;
    requires dev.carrel.integrations.scope;
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;

    exports dev.carrel.integrations.micrometer;

    provides io.micrometer.context.ThreadLocalAccessor
            with dev.carrel.integrations.micrometer.CarrelThreadLocalAccessor;
}
