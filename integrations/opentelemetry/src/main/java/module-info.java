/** Beside the house: Carrel's context and OpenTelemetry's carry each other. */
@SuppressWarnings("requires-transitive-automatic") // OpenTelemetry has no descriptors
module dev.carrel.integrations.opentelemetry {
    requires dev.carrel.integrations.scope;
    requires transitive dev.carrel.context;
    requires transitive io.opentelemetry.context;
    requires static transitive org.jspecify;

    exports dev.carrel.integrations.opentelemetry;

    provides io.opentelemetry.context.ContextStorageProvider
            with dev.carrel.integrations.opentelemetry.CarrelContextStorageProvider;
}
