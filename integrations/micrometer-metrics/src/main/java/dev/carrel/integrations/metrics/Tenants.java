package dev.carrel.integrations.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.context.Context;
import dev.carrel.context.Principal;

/**
 * The labels of tenants: the first that are seen have one of their own, all others share one, so whoever may make tenants cannot
 * fill the memory with meters. Thread-safe.
 */
final class Tenants {
    /** All tenants beyond the bound; a tenant of this name is among them. */
    static final String OTHER = "other";
    /** Nobody's work; a tenant of this name is among the others. */
    static final String NONE = "none";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Tenants(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("the number of tenants must not be negative, as " + most + " is");
        }
        this.most = most;
    }

    String label(Context caller) {
        return Principal.of(caller).map(who -> label(who.tenant())).orElse(NONE);
    }

    private String label(String tenant) {
        return known.contains(tenant) || learn(tenant) ? tenant : OTHER;
    }

    private synchronized boolean learn(String tenant) {
        return known.size() < most && !tenant.equals(OTHER) && !tenant.equals(NONE) && known.add(tenant);
    }
}
