/** Floor 5: Micrometer meters of batches and models. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer has no descriptor
module dev.carrel.integrations.metrics {
    requires transitive dev.carrel.batch;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.carrel.integrations.metrics;
}
