package dev.carrel.integrations.opentelemetry;

import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.ContextStorageProvider;

/** Found by OpenTelemetry through {@link java.util.ServiceLoader}. */
public final class CarrelContextStorageProvider implements ContextStorageProvider {
    /** For the loader. */
    public CarrelContextStorageProvider() {}

    @Override
    public ContextStorage get() {
        return CarrelContextStorage.INSTANCE;
    }
}
